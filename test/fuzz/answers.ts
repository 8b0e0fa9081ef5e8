import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { RawAnswer } from '../support/raw.js';
import { document, type Operation } from './document.js';
import { CANARY } from './hostile.js';

/** Headers too large: told by Node's own parser, before it is known which route is asked. */
const OF_THE_PARSER = 431;
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Where these are declared, the client needs them. */
const STATUSES_WITH_HEADERS = new Set([401, 429, 503]);

const ajv = new Ajv2020({ strict: false, validateFormats: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi.json');

const validators = new Map<string, ValidateFunction>();

/** In what an answer differs from what the document says of the operation; nothing where all is well. */
export function faultsOf(operation: Operation, answer: RawAnswer): string[] {
  const { status, headers, body } = answer;
  const faults: string[] = [];
  if (!REQUEST_ID.test(headers['x-request-id'] ?? '')) faults.push('there is no X-Request-Id');
  if (status >= 400 && JSON.stringify(body).includes(CANARY)) faults.push('it repeats what it was sent');
  if (status >= 500) faults.push('the service says that it is at fault');
  const declared = operation.responses[status];
  if (declared === undefined) {
    return status === OF_THE_PARSER ? faults : [...faults, 'the status is not declared'];
  }
  if (STATUSES_WITH_HEADERS.has(status)) {
    const missing = Object.keys(declared.headers ?? {}).filter((name) => !(name.toLowerCase() in headers));
    faults.push(...missing.map((name) => `there is no ${name}`));
  }
  return [...faults, ...faultsOfBody(operation, answer, Object.keys(declared.content ?? {}))];
}

function faultsOfBody(
  { method, path }: Operation,
  { status, headers, body }: RawAnswer,
  types: string[],
): string[] {
  if (types.length === 0) return body === '' ? [] : ['it has a body, and none is declared'];
  const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
  if (!types.includes(type)) return [`its type is ${type}, not ${types.join(' or ')}`];
  if (!type.endsWith('json')) return [];
  const pointer = [
    'paths',
    path,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    type,
    'schema',
  ];
  const at = `openapi.json#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const validate = validators.get(at) ?? ajv.compile({ $ref: at });
  validators.set(at, validate);
  return validate(body) ? [] : [ajv.errorsText(validate.errors)];
}
