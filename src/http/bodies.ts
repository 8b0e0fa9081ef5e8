import { parse as parseForm } from 'node:querystring';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../common/problem.js';
import { InvalidFormProblem } from '../introspection/form-field.decorator.js';
import { UnreadBody } from '../common/unread-body.js';

/** More than the largest body that most routes take. A route that needs another limit says so. */
export const BODY_LIMIT_BYTES = 16 * 1024;
/** No body of this API is nested deeper than this. */
const MAX_DEPTH = 8;
/** No body of this API has more fields. Each one that nobody declared costs the validator some 20 µs. */
const MAX_FIELDS = 20;
/** All values of a body together: a few lists of fifty, at most. */
const MAX_VALUES = 200;

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

type ParseJson = (text: string) => unknown;

/**
 * A body is a JSON object. On a route with `TakesForm` it is a form, and nothing else. An empty body counts as no body,
 * because clients send the content type with every request.
 *
 * JSON is kept as it came until a handler is about to get it (`RequestValidationPipe`). Whoever is not let in, or comes
 * too often, or asks for what is not there, hears that, and their body has cost nothing. A form is small, and may hold
 * the credentials.
 */
export function takeBodies(instance: FastifyInstance): void {
  instance.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as RouteBody;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  const parseJson = jsonParserOf(instance);
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    done(null, request.is404 || body.length === 0 ? undefined : take(request, body as string, parseJson));
  });
}

function take(request: FastifyRequest, text: string, parseJson: ParseJson): unknown {
  const { form, maxValues = MAX_VALUES } = request.routeOptions.config as RouteBody;
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  const right = form === true ? FORM_TYPE : JSON_TYPE;
  if (type.trim().toLowerCase() !== right) {
    return new UnreadBody(text, () => {
      throw new WrongBodyTypeProblem(right);
    });
  }
  if (form !== true) return new UnreadBody(text, () => readJson(text, parseJson, maxValues));
  const fields = text.split('&', MAX_FIELDS + 1).length;
  if (fields <= MAX_FIELDS) return parseForm(text);
  return new UnreadBody(text, () => {
    throw new InvalidFormProblem('The form has too many fields.');
  });
}

/** What a route says of its body, in its configuration. */
interface RouteBody {
  readonly form?: boolean;
  /** Where it is not `BODY_LIMIT_BYTES`. */
  readonly bodyLimit?: number;
  /** Where it is not `MAX_VALUES`. */
  readonly maxValues?: number;
}

/** Fastify's own parser, which refuses `__proto__` and `constructor`. It takes a callback, and calls it at once. */
function jsonParserOf(instance: FastifyInstance): ParseJson {
  const parse = instance.getDefaultJsonParser('error', 'error');
  return (text) => {
    let parsed: unknown;
    void parse(undefined as never, text, (error, value: unknown) => {
      if (error !== null) throw new MalformedBodyProblem('is not valid JSON');
      parsed = value;
    });
    return parsed;
  };
}

function readJson(text: string, parseJson: ParseJson, maxValues: number): object {
  if (hasMoreCommas(text, maxValues + COMMAS_IN_TEXTS)) throw new MalformedBodyProblem('has too many values');
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new MalformedBodyProblem('must be a JSON object');
  }
  if (Object.keys(body).length > MAX_FIELDS) throw new MalformedBodyProblem('has too many fields');
  const excess = excessOf(body, maxValues);
  if (excess !== undefined) throw new MalformedBodyProblem(excess);
  return body;
}

class WrongBodyTypeProblem extends Problem {
  constructor(right: string) {
    super('unsupported_media_type', `Send the body as ${right}.`);
  }
}

class MalformedBodyProblem extends Problem {
  constructor(fault: string) {
    super('malformed_json', `The request body ${fault}.`);
  }
}

/** More than names and descriptions have in them. */
const COMMAS_IN_TEXTS = 1000;

/** Whether a text cannot be a body of few values. To parse very many takes far longer than to look at their commas. */
function hasMoreCommas(text: string, count: number): boolean {
  let left = count;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) {
    left -= 1;
    if (left < 0) return true;
  }
  return false;
}

/**
 * Looks at one level after the other. class-transformer uses recursion, and some thousand levels exhaust its stack.
 * @returns undefined for a body that is neither too large nor too deep
 */
function excessOf(body: object, maxValues: number): string | undefined {
  let level: unknown[] = [body];
  let count = 0;
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      const inside = Object.values(value) as unknown[];
      count += inside.length;
      if (count > maxValues) return 'has too many values';
      next.push(...inside);
    }
    if (next.length === 0) return undefined;
    level = next;
  }
  return 'is nested too deeply';
}
