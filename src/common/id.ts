import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt } from 'class-validator';

/** What an id looks like, as a part of a regular expression. Sixteen digits may be more than 2^53-1. */
export const ID = '[1-9]\\d{0,15}';

const FORM = new RegExp(`^${ID}$`);

/** @returns the id, if the text is exactly one: no sign, space, leading zero or exponent, at most 2^53-1 */
export function parseId(text: string): number | undefined {
  const id = FORM.test(text) ? Number(text) : 0;
  return id >= 1 && Number.isSafeInteger(id) ? id : undefined;
}

/** A query parameter with the id of a token. A text that is no id stays a text, which `IsInt` then refuses. */
export const IsTokenId = (name: string) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (parseId(value) ?? value) : value,
    ),
    IsInt({ message: `${name} must be the id of a token.` }),
  );
