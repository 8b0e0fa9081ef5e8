import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Settings } from '../config/settings.js';
import { BackgroundFlush } from './background-flush.js';

const FLUSH_MS = 5000;

let background: BackgroundFlush;
let happened: string[];

/** Takes its time, so that whoever does not wait for it comes first. */
const buffer = (name: string) => {
  const say = (what: string) => async () => {
    await new Promise(setImmediate);
    happened.push(`${name} ${what}`);
  };
  return { flush: say('flushed'), finish: say('finished') };
};

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  happened = [];
  background = new BackgroundFlush({ backgroundFlushMs: FLUSH_MS } as Settings);
  // The order in which they come does not matter.
  background.add('writes', buffer('refusals'));
  background.add('look-ups', buffer('retired secrets'));
  background.add('writes', buffer('last uses'));
  background.onModuleInit();
});
afterEach(() => {
  jest.useRealTimers();
});

const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

test('flushes all buffers after each interval, look-ups first', async () => {
  jest.advanceTimersByTime(FLUSH_MS - 1);
  await turns();
  expect(happened).toEqual([]);
  for (let interval = 0; interval < 2; interval += 1) {
    happened = [];
    jest.advanceTimersByTime(FLUSH_MS);
    await turns();
    expect(happened).toEqual(['retired secrets flushed', 'refusals flushed', 'last uses flushed']);
  }
});

test('at the stop, finishes look-ups before writes, and flushes no more', async () => {
  await background.stop();
  jest.advanceTimersByTime(FLUSH_MS);
  await turns();
  expect(happened).toEqual(['retired secrets finished', 'refusals finished', 'last uses finished']);
});
