import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 50;

/** Digits only: `5e0`, ` 5` and `0x5` stay text, which then fails as not a number. */
const toInteger = ({ value }: { value: unknown }) =>
  typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;

const LIMIT_MESSAGE = `limit must be a whole number from 1 to ${MAX_PAGE_SIZE}.`;

/** How to ask for a page: newest first, by id. */
export class PageQuery {
  /** How many at most. */
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
    description: 'How many at most.',
  })
  @Transform(toInteger)
  @IsInt({ message: LIMIT_MESSAGE })
  @Min(1, { message: LIMIT_MESSAGE })
  @Max(MAX_PAGE_SIZE, { message: LIMIT_MESSAGE })
  readonly limit: number = DEFAULT_PAGE_SIZE;

  @ApiPropertyOptional({
    type: 'string',
    description: 'Where to go on; take it from the `Link` header of the page before.',
    example: 'MTAwMQ',
  })
  @IsOptional()
  @Matches(/^[\w-]{1,64}$/, { message: 'cursor must be one that a Link header gave.' })
  readonly cursor?: string;
}

/** One page, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | undefined;
}

export const cursorOf = (id: number): string => Buffer.from(String(id)).toString('base64url');

/** @returns the id before which the page begins, or undefined for what is no cursor of ours */
export function idOfCursor(cursor: string): number | undefined {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  const isId = /^[1-9]\d{0,15}$/.test(id) && Number.isSafeInteger(Number(id));
  return isId && cursorOf(Number(id)) === cursor ? Number(id) : undefined;
}

/** Cuts a page out of rows that were asked for with one more than the limit. */
export function pageOf<T extends { readonly id: number }>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorOf(last.id) : undefined };
}

/** A `Link` header naming the next page (RFC 8288). */
export function nextLink(url: URL, { limit }: PageQuery, cursor: string): string {
  url.searchParams.set('limit', String(limit));
  url.searchParams.set('cursor', cursor);
  return `<${url.href}>; rel="next"`;
}
