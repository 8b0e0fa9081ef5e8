import fc, { type Arbitrary } from 'fast-check';
import { BODY_LIMIT_BYTES } from '../../src/http/bodies.js';
import type { Operation, Parameter } from './document.js';
import { CANARY, hostileHeaders, hostileText, hostileValue, KEYS } from './hostile.js';
import { valid } from './valid.js';

export type Credential = 'none' | 'session' | 'token' | 'introspector';

/** What is sent to an operation. */
export interface FuzzRequest {
  readonly credential: Credential;
  /** By the name of the parameter; `OWN` and `FOREIGN` stand for ids of real tokens. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: readonly string[];
  readonly body: string | undefined;
  readonly contentType: string | undefined;
}

/** Replaced when it is sent: a token of the same user, and one of somebody else. */
export const OWN = 'OWN';
export const FOREIGN = 'FOREIGN';

const FORM = 'application/x-www-form-urlencoded';
type Pairs = readonly (readonly [string, string])[];
type Entries = readonly (readonly [string, unknown])[];

export function requestOf(operation: Operation): Arbitrary<FuzzRequest> {
  const inside = (where: Parameter['in']) => operation.parameters.filter((one) => one.in === where);
  return fc.record({
    credential: fc.constantFrom('none', 'session', 'token', 'token', 'introspector'),
    path: fc.record(Object.fromEntries(inside('path').map(({ name }) => [name, pathValue]))),
    query: queryOf(inside('query')),
    headers: fc
      .tuple(
        ...inside('header').map(headerOf),
        fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: hostileHeaders }),
      )
      .map((lines) => lines.flat()),
    ...bodyOf(operation),
  });
}

const pathValue = fc.oneof(
  fc.constantFrom(OWN, OWN, FOREIGN, '999999', '9007199254740991', '9007199254740992'),
  hostileText.filter((text) => text !== '' && text !== '.' && text !== '..'),
);

const headerOf = ({ name, schema }: Parameter): Arbitrary<string[]> =>
  fc.option(valid(schema)).map((value) => (value === null ? [] : [`${name}: ${value as string}`]));

function queryOf(parameters: readonly Parameter[]): Arbitrary<Pairs> {
  const one = (parameter: Parameter): Arbitrary<Pairs> => {
    const { name } = parameter;
    const good = valid(parameter.schema).map((value) => [[name, String(value)]] as Pairs);
    return fc.oneof(
      { weight: 4, arbitrary: good },
      { weight: 1, arbitrary: hostileText.map((text) => [[name, text]] as Pairs) },
      { weight: 1, arbitrary: good.map((pairs) => [...pairs, ...pairs]) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('[]', '[0]', '[a]', '.a').map((end) => [[name + end, '1']] as Pairs),
      },
    );
  };
  const unknown = fc.tuple(fc.constantFrom('nobody', ...KEYS), hostileText).map((pair) => [pair] as Pairs);
  return fc
    .array(
      parameters.length === 0
        ? unknown
        : fc.oneof(
            { weight: 5, arbitrary: fc.oneof(...parameters.map(one)) },
            { weight: 1, arbitrary: unknown },
          ),
      { maxLength: 3 },
    )
    .map((all) => all.flat());
}

function bodyOf({ body, method }: Operation): {
  body: Arbitrary<string | undefined>;
  contentType: Arbitrary<string | undefined>;
} {
  const types = [
    'text/plain',
    'application/xml',
    'application/json; charset=utf-16',
    'multipart/form-data',
    'x',
    FORM,
  ];
  if (body === undefined) {
    const none = { weight: 5, arbitrary: fc.constant(undefined) };
    const some = { weight: method === 'GET' ? 0 : 1, arbitrary: raw };
    return {
      body: fc.oneof(none, some),
      contentType: fc.constantFrom(undefined, 'application/json', ...types),
    };
  }
  const write = body.type === FORM ? writeForm : writeJson;
  const good = valid(body.schema).map((value) => Object.entries(value as object) as Entries);
  return {
    body: fc.oneof(
      { weight: 3, arbitrary: good.map(write) },
      { weight: 6, arbitrary: mutated(good, Object.keys(body.schema.properties ?? {})).map(write) },
      { weight: 1, arbitrary: raw },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    contentType: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<string | undefined>(body.type) },
      { weight: 1, arbitrary: fc.constantFrom(undefined, ...types) },
    ),
  };
}

/** A good body with one thing wrong: a field of another type, none, twice, or one more. */
function mutated(good: Arbitrary<Entries>, names: readonly string[]): Arbitrary<Entries> {
  return fc
    .tuple(
      good,
      fc.nat(),
      hostileValue,
      fc.constantFrom('replace', 'drop', 'double', 'add'),
      fc.constantFrom('nobody', ...KEYS, ...names),
    )
    .map(([entries, at, value, what, key]) => {
      const index = at % Math.max(entries.length, 1);
      switch (what) {
        case 'replace':
          return entries.map(([name, before], here) => [name, here === index ? value : before] as const);
        case 'drop':
          return entries.filter((_, here) => here !== index);
        case 'double':
          return [...entries, ...entries.slice(index, index + 1)];
        case 'add':
          return [...entries, [key, value] as const];
      }
    });
}

/** No object in between: that would lose what is there twice, and `__proto__`. */
const writeJson = (entries: Entries): string =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;

const writeForm = (entries: Entries): string =>
  entries
    .map(
      ([name, value]) =>
        `${encode(name)}=${encode(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .join('&');

/** What is no JSON, no form, or too much of either. */
const raw: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '{',
    '[',
    '[]',
    'null',
    '"x"',
    '1',
    'NaN',
    '{"a":1}}',
    '{"__proto__":{"a":1}}',
    '\ufeff{}',
    '=&=',
    '%',
    `${CANARY}=%zz`,
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .constantFrom(BODY_LIMIT_BYTES - 20, BODY_LIMIT_BYTES + 1, 4 * BODY_LIMIT_BYTES)
    .map((size) => `{"a":"${'x'.repeat(size)}"}`),
  fc.constant('['.repeat(20_000)),
);

/** Half a pair of surrogates is no URI; Node's own encoding takes it. */
export const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
