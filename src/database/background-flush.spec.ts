import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Settings } from '../config/settings.js';
import { Metrics } from '../metrics/metrics.js';
import { BackgroundFlush, type BufferName } from './background-flush.js';
import type { WriteBehind } from './write-behind.js';

const FLUSH_MS = 5000;

let background: BackgroundFlush;
let happened: string[];
let buffers: WriteBehind<number, number>[];

/** Takes its time, so that whoever does not wait for it comes first. */
function add(stage: 'look-ups' | 'writes', name: BufferName): void {
  const buffer = background.add<number, number>(stage, name, {
    waitingAtMost: 10,
    chunk: 10,
    failuresAtMost: 1,
    unwritten: 'waits',
    merge: (_, item) => item,
    write: async () => {
      await new Promise(setImmediate);
      happened.push(name);
    },
    complain: () => undefined,
  });
  buffers.push(buffer);
}

const note = () => {
  for (const buffer of buffers) buffer.note(1, 1);
};

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  [happened, buffers] = [[], []];
  background = new BackgroundFlush({ backgroundFlushMs: FLUSH_MS } as Settings, new Metrics());
  // The order in which they come does not matter.
  add('writes', 'refusals');
  add('look-ups', 'retired-secrets');
  add('writes', 'last-used');
  background.onModuleInit();
});
afterEach(() => {
  jest.useRealTimers();
});

const turns = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
};

test('flushes all buffers after each interval, look-ups first', async () => {
  note();
  jest.advanceTimersByTime(FLUSH_MS - 1);
  await turns();
  expect(happened).toEqual([]);
  for (let interval = 0; interval < 2; interval += 1) {
    note();
    happened = [];
    jest.advanceTimersByTime(FLUSH_MS);
    await turns();
    expect(happened).toEqual(['retired-secrets', 'refusals', 'last-used']);
  }
});

test('at the stop, finishes look-ups before writes, and flushes no more', async () => {
  note();
  await background.stop();
  note();
  jest.advanceTimersByTime(FLUSH_MS);
  await turns();
  expect(happened).toEqual(['retired-secrets', 'refusals', 'last-used']);
});
