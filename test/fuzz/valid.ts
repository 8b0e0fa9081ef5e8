import fc, { type Arbitrary } from 'fast-check';
import { resolve, type Schema } from './document.js';

const MAX_LENGTH = 40;
const MAX_ITEMS = 4;

/** What the schema allows, the example in it included. */
export function valid(schema: Schema): Arbitrary<unknown> {
  const resolved = resolve(schema);
  const generated = ofSchema(resolved);
  const { example } = resolved;
  return example === undefined ? generated : fc.oneof(generated, fc.constant(example));
}

function ofSchema(schema: Schema): Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid));
  const types = [schema.type ?? 'object'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: Schema): Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.maxSafeInteger().map((n) => within(n, schema));
    case 'string':
      return text(schema);
    case 'array':
      return fc.array(valid(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? MAX_ITEMS, MAX_ITEMS)),
      });
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, valid(one)])),
        { requiredKeys: [...(schema.required ?? [])] },
      );
    default:
      throw new Error(`Nothing makes a ${type}.`);
  }
}

function text({ format, pattern, minLength = 0, maxLength = MAX_LENGTH }: Schema): Arbitrary<string> {
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { maxLength });
  return fc.string({
    unit: 'grapheme',
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, MAX_LENGTH)),
  });
}

const within = (n: number, { minimum = -Infinity, maximum = Infinity }: Schema): number =>
  n < minimum ? minimum : n > maximum ? maximum : n;
