import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FUZZ_RUNS } from '../support/fuzz-runs.js';
import { asProgram } from '../support/requests.js';
import { faultsOf } from './answers.js';
import { operations } from './document.js';
import { requestOf } from './request.js';
import { Stage } from './stage.js';

const BAD_LEVELS = ['error', 'fatal'];
const TIMEOUT_MS = 30_000 + FUZZ_RUNS * 200;

describe('every route answers what openapi.json says, whatever it is sent', () => {
  let stage: Stage;
  let before: unknown;

  beforeAll(async () => {
    stage = await Stage.set();
    before = await stage.bystanderRows();
  });
  afterAll(() => stage.app.stop());

  test.each(operations)(
    '$name',
    async (operation) => {
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async (request) => {
          const logged = stage.app.leaks.logLines.length;
          const answer = await stage.send(operation, request);
          const faults = faultsOf(operation, answer);
          expect({ status: answer.status, faults, body: faults.length > 0 && answer.body }).toEqual({
            status: answer.status,
            faults: [],
            body: false,
          });
          const lines = stage.app.leaks.logLines
            .slice(logged)
            .map((line) => JSON.parse(line) as { level: string });
          expect(lines.filter(({ level }) => BAD_LEVELS.includes(level))).toEqual([]);
        }),
        { numRuns: FUZZ_RUNS },
      );
    },
    TIMEOUT_MS,
  );

  test('nothing of somebody else has changed, and the token of theirs still works', async () => {
    expect(await stage.bystanderRows()).toEqual(before);
    await asProgram(stage.app, stage.bystander.token).get('/v1/current_user').expect(200);
  });
});
