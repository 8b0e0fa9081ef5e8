import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { BackgroundFlush } from '../database/background-flush.js';
import type { Happening, NewEvent } from './audit-event.js';
import type { AuditRepository } from './audit.repository.js';
import { Refusals } from './refusals.js';

/** Takes the place of the database; `answer` says what becomes of a statement. */
class FakeEvents {
  readonly statements: (readonly NewEvent[])[] = [];
  readonly written: NewEvent[] = [];
  answer: () => Promise<void> = () => Promise.resolve();

  async write(events: readonly NewEvent[]): Promise<void> {
    this.statements.push(events);
    await this.answer();
    this.written.push(...events);
  }
}

/** Nothing is dropped here. */
type Metrics = ConstructorParameters<typeof BackgroundFlush>[1];

const HOUR = 3_600_000;
const clientAt = (address: string) => ({ address, userAgent: undefined });
const refusal = (tokenId: number, address = '192.0.2.1'): Happening => ({
  userId: 1,
  kind: 'refused_expired',
  client: clientAt(address),
  tokenId,
});
const away = () => Promise.reject(new Error('The database is away.'));

describe('Refusals', () => {
  let events: FakeEvents;
  let background: BackgroundFlush;
  let refusals: Refusals;

  const note = (happening: Happening, at: number) => {
    refusals.note(happening, new Date(at));
  };

  // Its warnings are expected here.
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(true);
  });
  beforeEach(() => {
    events = new FakeEvents();
    background = new BackgroundFlush({ backgroundFlushMs: 3_600_000 } as Settings, {} as Metrics);
    refusals = new Refusals(events as unknown as AuditRepository, background);
  });

  test('asks nothing of the database until they are flushed, and forgets what is written', async () => {
    note(refusal(1), 1000);
    expect(events.statements).toEqual([]);
    await refusals.flush();
    await refusals.flush();
    expect(events.statements).toHaveLength(1);
  });

  test('are one row for a token, a kind and an hour: how many, the first, the last, and from where', async () => {
    for (const at of [3000, 1000, 5000, 2000]) note(refusal(1, `192.0.2.${at / 1000}`), at);
    await refusals.flush();
    expect(events.written).toMatchObject([
      { count: 4, createdAt: new Date(1000), lastAt: new Date(5000), address: '192.0.2.5' },
    ]);
  });

  test('of another token, kind, user or hour are another row', async () => {
    note(refusal(1), HOUR - 1);
    note(refusal(1), HOUR);
    note(refusal(2), HOUR);
    note({ ...refusal(1), kind: 'refused_scope' }, HOUR);
    for (const userId of [1, 2]) {
      note({ userId, kind: 'sign_in_failed', client: clientAt('192.0.2.1') }, HOUR);
    }
    await refusals.flush();
    expect(events.written.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(events.written.map(({ bucket }) => bucket)).size).toBe(6);
  });

  test('that cannot be written wait on, and are added to', async () => {
    note(refusal(1), 1000);
    events.answer = away;
    await refusals.flush();
    note(refusal(1), 2000);
    events.answer = () => Promise.resolve();
    await refusals.flush();
    expect(events.written).toMatchObject([{ count: 2, createdAt: new Date(1000), lastAt: new Date(2000) }]);
  });

  test('are written in one order, so that no two instances wait for each other, and 200 at most at once', async () => {
    for (let id = 450; id >= 1; id -= 1) note(refusal(id), 1000);
    await refusals.flush();
    const buckets = events.statements.map((rows) => rows.map(({ bucket }) => bucket));
    expect(buckets.flat()).toEqual(buckets.flat().toSorted());
    expect(buckets.map(({ length }) => length)).toEqual([200, 200, 50]);
  });

  test('noted while a flush is under way are neither lost nor counted twice', async () => {
    note(refusal(1), 1000);
    let end = (): void => undefined;
    events.answer = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    const flushing = refusals.flush();
    note(refusal(1), 2000);
    end();
    await flushing;
    events.answer = () => Promise.resolve();
    await refusals.flush();
    expect(events.written.map(({ count }) => count)).toEqual([1, 1]);
  });

  test('take a bounded number of rows: more are not counted, and those that wait still are', async () => {
    const bound = 10_000;
    for (let id = 1; id <= bound + 1; id += 1) note(refusal(id), 1000);
    note(refusal(1), 2000);
    await refusals.flush();
    expect(events.written).toHaveLength(bound);
    expect(events.written.find(({ tokenId }) => tokenId === 1)?.count).toBe(2);
    expect(events.statements.length).toBeLessThan(100);
  });

  test('are written at shutdown', async () => {
    background.onModuleInit();
    note(refusal(1), 1000);
    await background.stop();
    expect(events.written).toHaveLength(1);
  });
});
