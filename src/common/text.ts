import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { applyDecorators } from '@nestjs/common';

/** The length of a text, counted as databases count it. */
export const codePoints = (text: string): number => Array.from(text).length;

/** In code points. It is the length of the columns. */
export const MAX_NAME_LENGTH = 255;

/** A text in which a person would see nothing. */
const BLANK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u;

/** Control characters, line separators, and characters that change the writing direction. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/**
 * Says what is wrong with a name, in the words of the product's documentation.
 * @param label the beginning of the sentence, such as `Token name`
 * @returns undefined for a good name
 */
export function nameFault(label: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return `${label} is required.`;
  if (typeof value !== 'string') return `${label} must be a string.`;
  if (!value.isWellFormed()) return `${label} must be valid Unicode text.`;
  if (UNPRINTABLE.test(value)) return `${label} must not contain control characters.`;
  if (BLANK.test(value)) return `${label} is required.`;
  if (codePoints(value) > MAX_NAME_LENGTH) return `${label} must be at most ${MAX_NAME_LENGTH} characters.`;
  return undefined;
}

/** A property that holds a name: trimmed, then checked by `nameFault`. */
export const IsName = (label: string) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    fault('isName', (value) => nameFault(label, value)),
  );

/** A validator made from a function that says what is wrong with a value. */
export const fault = (name: string, faultOf: (value: unknown) => string | undefined) =>
  ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => faultOf(value) === undefined,
      defaultMessage: (validation) => faultOf(validation?.value) ?? '',
    },
  });
