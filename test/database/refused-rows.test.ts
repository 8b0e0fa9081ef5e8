import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuditLog } from '../../src/audit/audit-log.js';
import { digest } from '../../src/common/digest.js';
import { BackgroundFlush, type BufferName } from '../../src/database/background-flush.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { LastUsed } from '../../src/tokens/verification/last-used.js';
import { RetiredSecret } from '../../src/tokens/verification/retired-secret.entity.js';
import { RetiredSecrets } from '../../src/tokens/verification/retired-secrets.js';
import { engine } from '../support/database.js';
import { eventsOf } from '../support/events.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { valueOf } from '../support/metrics.js';
import { useApp } from '../support/use-app.js';

const app = useApp({ env: { ON_RETIRED_SECRET: 'revoke' } });

const GOOD = '192.0.2.1';
/** What the database refuses. */
const BAD = '192.0.2.66';
const clientAt = (address: string) => ({ address, userAgent: undefined });

let user: TestUser;
/** Of three tokens, the second is the one whose row is refused. */
let ids: number[];
const bad = () => ids[1] ?? 0;

async function refuse(event: 'INSERT' | 'UPDATE' | 'DELETE', table: string, condition: string) {
  const body =
    engine === 'mysql'
      ? `FOR EACH ROW IF ${condition} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${BAD}'; END IF`
      : `FOR EACH ROW WHEN ${condition} BEGIN SELECT RAISE(ABORT, '${BAD}'); END`;
  const name = `refuse_${event.toLowerCase()}_${table}`;
  await app.dataSource.query(`CREATE TRIGGER ${name} BEFORE ${event} ON ${table} ${body}`);
}

interface Case {
  /** Notes something for each of the tokens. */
  note(): Promise<void> | void;
  /** How many the buffer says that it dropped. */
  readonly dropped: number;
  /** The tokens for which it was written. */
  written(): Promise<number[]>;
}

/** For every buffer there is. */
const CASES: Readonly<Record<BufferName, Case>> = {
  'last-used': {
    note() {
      const uses = app.app.get(LastUsed);
      const address = (id: number) => {
        if (id !== bad()) return GOOD;
        // Longer than its column, which SQLite does not mind.
        return engine === 'mysql' ? `fe80::1%${'z'.repeat(52)}` : BAD;
      };
      for (const id of ids) uses.note({ id, at: app.clock.now(), address: address(id), previousAt: null });
    },
    dropped: 1,
    written: async () =>
      (await app.dataSource.getRepository(PersonalAccessToken).findBy({ userId: user.id }))
        .filter(({ lastUsedIp }) => lastUsedIp === GOOD)
        .map(({ id }) => id),
  },
  refusals: {
    note() {
      const refused = { userId: user.id, kind: 'refused_expired' } as const;
      const client = (id: number) => clientAt(id === bad() ? BAD : GOOD);
      for (const id of ids) app.app.get(AuditLog).refused({ ...refused, tokenId: id, client: client(id) });
      // It cannot even be put into a statement.
      const at = new Date(Number.NaN);
      app.app.get(AuditLog).refused({ ...refused, tokenId: bad(), client: clientAt(GOOD), at });
    },
    dropped: 2,
    written: async () => (await eventsOf(app, user)).map(({ tokenId }) => Number(tokenId)),
  },
  'retired-secrets': {
    async note() {
      const retiredAt = app.clock.now();
      await app.dataSource
        .getRepository(RetiredSecret)
        .insert(ids.map((id) => ({ tokenId: id, secretHash: digest(`retired ${id}`), retiredAt })));
      await refuse('DELETE', 'personal_access_tokens', `OLD.id = ${bad()}`);
      for (const id of ids) app.app.get(RetiredSecrets).note({ id, secret: `retired ${id}` }, clientAt(GOOD));
    },
    // It is noted, but cannot be deleted.
    dropped: 0,
    async written() {
      const events = await eventsOf(app, user);
      const seen = events.filter(({ kind, count }) => kind === 'refused_retired_secret' && count === 1);
      expect(seen.map(({ tokenId }) => tokenId).sort()).toEqual(ids);
      return events.filter(({ kind }) => kind === 'token_revoked').map(({ tokenId }) => Number(tokenId));
    },
  },
};

beforeAll(async () => {
  await refuse('UPDATE', 'personal_access_tokens', `NEW.last_used_ip = '${BAD}'`);
  await refuse('INSERT', 'audit_events', `NEW.address = '${BAD}'`);
});

beforeEach(async () => {
  user = await createUser(app);
  ids = [];
  for (let n = 0; n < 3; n += 1) ids.push((await createToken(app, user)).id);
});

describe.each(Object.entries(CASES))('a row that the database refuses, among %s', (name, kind) => {
  test('is dropped, counted and logged without what it held; the others are written', async () => {
    const counted = async () =>
      valueOf(await app.metrics(), 'latchkey_background_rows_dropped_total', { buffer: name });
    const before = await counted();
    await kind.note();
    const from = app.log.length;
    await app.app.get(BackgroundFlush).flush();
    expect((await kind.written()).sort((a, b) => a - b)).toEqual(ids.filter((id) => id !== bad()));
    expect((await counted()) - before).toBe(kind.dropped);
    const warnings = app.log.slice(from).filter(({ level }) => Number(level) >= 40 || level === 'warn');
    expect(warnings.length).toBeGreaterThan(0);
    expect(JSON.stringify(warnings)).not.toMatch(/192\.0\.2\.66|zzz/);
    app.forgetStatements();
    await app.app.get(BackgroundFlush).flush();
    expect(app.statements).toEqual([]);
  });
});

test('every buffer is a case', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(Object.keys(app.app.get(Metrics).rowsDropped).toSorted());
  expect(app.app.get(BackgroundFlush).names.toSorted()).toEqual(Object.keys(CASES).toSorted());
});
