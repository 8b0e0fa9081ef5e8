import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';
import { parseId } from './id.js';
import { ValidationProblem } from './problem.js';

const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 50;

/** Takes digits only. `5e0`, ` 5` and `0x5` stay texts, which `IsInt` then refuses. */
const toInteger = ({ value }: { value: unknown }) =>
  typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;

const LIMIT_MESSAGE = `limit must be a whole number from 1 to ${MAX_PAGE_SIZE}.`;
const CURSOR_MESSAGE = 'cursor must be one that a Link header gave.';

/** Enough for a cursor with the longest name in it. */
const MAX_CURSOR_LENGTH = 1500;

/** The query parameters of every list. */
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
  @MaxLength(MAX_CURSOR_LENGTH, { message: CURSOR_MESSAGE })
  @Matches(/^[\w-]+$/, { message: CURSOR_MESSAGE })
  readonly cursor?: string;
}

/** One page, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | undefined;
}

export const cursorOf = (id: number): string => Buffer.from(String(id)).toString('base64url');

/** @returns the id before which the page begins; undefined for a cursor that this service did not make */
export function idOfCursor(cursor: string): number | undefined {
  const id = parseId(Buffer.from(cursor, 'base64url').toString('latin1'));
  return id !== undefined && cursorOf(id) === cursor ? id : undefined;
}

export class CursorProblem extends ValidationProblem {
  constructor() {
    super([{ field: 'cursor', detail: CURSOR_MESSAGE }]);
  }
}

/**
 * Makes a page of rows. The query asked for one row more than the page holds, to see whether another page follows.
 * @param cursorBehind makes the cursor of the page that begins after a row
 */
export function pageOf<T extends { readonly id: number }>(
  rows: readonly T[],
  limit: number,
  cursorBehind: (row: T) => string = ({ id }) => cursorOf(id),
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorBehind(last) : undefined };
}

/** The `Link` header that names the next page (RFC 8288): the same query with another cursor. */
export function nextLink(url: URL, query: PageQuery, cursor: string): string {
  const parameters = Object.entries(query) as [string, string | number | string[] | undefined][];
  for (const [name, value] of parameters) {
    url.searchParams.delete(name);
    for (const one of [value].flat()) if (one !== undefined) url.searchParams.append(name, String(one));
  }
  url.searchParams.set('cursor', cursor);
  return `<${url.href}>; rel="next"`;
}
