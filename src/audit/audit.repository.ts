import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan } from 'typeorm';
import { ipOf } from '../access/principal.js';
import { deleteSome } from '../database/delete-some.js';
import { execute, toDatetime } from '../database/statement.js';
import type { EventKind, Happening, NewEvent } from './audit-event.js';
import { AuditEvent } from './audit-event.entity.js';

/** Which events of a user. */
export interface EventFilter {
  readonly userId: number;
  readonly tokenId: number | undefined;
  readonly kinds: readonly EventKind[] | undefined;
}

const COLUMNS = [
  'user_id',
  'kind',
  'token_id',
  'token_name',
  'actor_token_id',
  'address',
  'user_agent',
  'detail',
  'count',
  'bucket',
  'created_at',
  'last_at',
];

/**
 * Merges an event into the row of its bucket: the counts are added, and the newer event is shown. The times come
 * last, because MySQL assigns from left to right, and a comparison after an assignment sees the new value.
 * @param given the engine's name for a value of the row that was to be inserted
 */
const merge = (given: (column: string) => string): string => `
  ${['address', 'user_agent', 'detail'].map((column) => `${column} = ${newest(column, given)}`).join(', ')},
  count = count + ${given('count')},
  created_at = CASE WHEN ${given('created_at')} < created_at THEN ${given('created_at')} ELSE created_at END,
  last_at = ${newest('last_at', given)}`;

const newest = (column: string, given: (column: string) => string): string =>
  `CASE WHEN ${given('last_at')} < last_at THEN ${column} ELSE ${given(column)} END`;

const MERGE_SQLITE = `ON CONFLICT (bucket) DO UPDATE SET ${merge((column) => `excluded.${column}`)}`;
const MERGE_MYSQL = `ON DUPLICATE KEY UPDATE ${merge((column) => `VALUES(${column})`)}`;

const PLACES = `(${COLUMNS.map(() => '?').join(', ')})`;

@Injectable()
export class AuditRepository {
  private readonly onConflict: string;

  constructor(private readonly dataSource: DataSource) {
    this.onConflict = dataSource.options.type === 'mysql' ? MERGE_MYSQL : MERGE_SQLITE;
  }

  /** Adds events, in one statement. An event with a bucket is merged into the row of that bucket. */
  async write(events: readonly NewEvent[]): Promise<void> {
    const rows = events.map(() => PLACES).join(', ');
    const sql = `INSERT INTO audit_events (${COLUMNS.join(', ')}) VALUES ${rows} ${this.onConflict}`;
    await execute(this.dataSource, sql, events.flatMap(valuesOf));
  }

  /** Deletes some of the events older than this. @returns 0 when none are left */
  deleteOlder(before: Date, limit: number): Promise<number> {
    const [table, parameters] = ['audit_events', [toDatetime(before)]] as const;
    return deleteSome(this.dataSource, { table, key: 'id', where: 'last_at < ?', parameters }, limit);
  }

  /** The newest first. @param before only events older than this one */
  find(filter: EventFilter, limit: number, before: number | undefined): Promise<AuditEvent[]> {
    const { userId, tokenId, kinds } = filter;
    return this.dataSource.getRepository(AuditEvent).find({
      where: {
        userId,
        ...(tokenId !== undefined && { tokenId }),
        ...(kinds !== undefined && { kind: In(kinds) }),
        ...(before !== undefined && { id: LessThan(before) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }
}

/** The values of a row, in the order of the columns. */
const valuesOf = (event: NewEvent): unknown[] => [
  event.userId,
  event.kind,
  event.tokenId,
  event.tokenName,
  event.actorTokenId,
  event.address,
  event.userAgent,
  event.detail,
  event.count,
  event.bucket,
  toDatetime(event.createdAt),
  toDatetime(event.lastAt),
];

/** The length of the text columns. */
const MAX_LENGTH = 255;

export const newEvent = (happening: Happening, at: Date): NewEvent => ({
  userId: happening.userId,
  kind: happening.kind,
  tokenId: happening.tokenId ?? null,
  tokenName: happening.tokenName ?? null,
  actorTokenId: happening.actorTokenId ?? null,
  address: ipOf(happening.client.address),
  userAgent: printable(happening.client.userAgent),
  detail: happening.detail?.slice(0, MAX_LENGTH) ?? null,
  count: 1,
  bucket: null,
  createdAt: at,
  lastAt: at,
});

/** Clients send anything: control characters are removed, and the text is cut to the length of the column. */
const printable = (userAgent: string | undefined): string | null =>
  userAgent
    ?.replace(/\p{Cc}/gu, '')
    .slice(0, MAX_LENGTH)
    .toWellFormed() ?? null;
