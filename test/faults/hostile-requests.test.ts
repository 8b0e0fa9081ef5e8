import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { introspectorToken } from '../support/cli.js';
import { createDatabase } from '../support/database.js';
import { inLength } from '../support/length.js';
import { ask } from '../harness/connections.js';
import { report } from '../harness/figures.js';
import { sendAgainAndAgain } from '../harness/hostile-client.js';
import { quantile } from '../harness/statistics.js';
import { anonymous, type Hostile, withToken } from './support/hostile-requests.js';
import { withStage } from './support/with-stage.js';

const CONNECTIONS = 32;
/** More than a problem with ten errors, and its headers. */
const ANSWER_BYTES = 4096;

describe(`requests made to cost much, over ${CONNECTIONS} connections`, () => {
  // The limits are those that an operator has who chose none.
  const on = withStage(createDatabase, () => ({
    env: { LIMIT_FAILED_TOKENS: '600', LIMIT_REVOCATIONS: '300' },
  }));

  /** Somebody else asks about a good token meanwhile. */
  async function meanwhile({ name, bytes, refused }: Hostile, token: string): Promise<void> {
    let isOver = false;
    const flood = sendAgainAndAgain(on.stage.url, { bytes, connections: CONNECTIONS }, () => isOver);
    const until = performance.now() + inLength(500, 4000);
    const took: number[] = [];
    while (performance.now() < until) {
      const { status, startedAt, endedAt } = await ask(on.stage.url, { path: '/v1/verify', token });
      expect(status).toBe(200);
      took.push(endedAt - startedAt);
      await delay(5);
    }
    isOver = true;
    const { statuses, largestAnswerBytes } = await flood;
    report(`hostile: ${name}`, {
      answers: [...statuses].map(([status, times]) => `${times} × ${status}`).join(' '),
      'largest answer': `${largestAnswerBytes} bytes`,
      'p50 of verification': `${quantile(took, 0.5).toFixed(1)} ms`,
      p99: `${quantile(took, 0.99).toFixed(1)} ms`,
    });
    expect([...statuses.keys()].filter((status) => !refused.includes(status))).toEqual([]);
    expect(largestAnswerBytes).toBeLessThan(ANSWER_BYTES);
  }

  test('from a stranger', async () => {
    const { plainText } = await on.stage.person.token();
    for (const hostile of anonymous()) await meanwhile(hostile, plainText);
  });

  test('with a token', async () => {
    const { plainText } = await on.stage.person.token();
    const service = await introspectorToken(on.database.url);
    for (const hostile of withToken(plainText, service)) await meanwhile(hostile, plainText);
  });
});
