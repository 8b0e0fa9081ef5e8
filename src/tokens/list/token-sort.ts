import { parseId } from '../../common/id.js';

/** What a list can be sorted by. */
export const SORTS = ['created_at', 'last_used_at', 'name', 'expires_at'] as const;
export type Sort = (typeof SORTS)[number];

export const DIRECTIONS = ['asc', 'desc'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface Order {
  readonly sort: Sort;
  readonly direction: Direction;
}

/** A place in a sorted list: after the row with this key and id. That row may be gone by now. */
export interface Position {
  /** The value that the list is sorted by, as the database compares it. */
  readonly key: string;
  readonly id: number;
}

const FORM = /^(\w+)\.(asc|desc)\.(\d+)\.(.*)$/s;

export const cursorAt = ({ sort, direction }: Order, { key, id }: Position): string =>
  Buffer.from(`${sort}.${direction}.${id}.${key}`).toString('base64url');

/** @returns undefined for a text that is no cursor of a list in this order */
export function positionOf(cursor: string, order: Order): Position | undefined {
  const [, , , idText = '', key = ''] = FORM.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const id = parseId(idText);
  if (id === undefined) return undefined;
  // The comparison finds both a cursor of another order and another spelling of a good cursor.
  return cursorAt(order, { key, id }) === cursor ? { key, id } : undefined;
}
