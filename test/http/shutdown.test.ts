import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { ServiceProcess } from '../harness/service.js';
import { until } from '../support/until.js';

describe('told to stop', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  const start = (env: Readonly<Record<string, string>>) =>
    ServiceProcess.start({ DATABASE_URL: database.url, LOG_LEVEL: 'warn', ...env });

  test.each(['1', '2'])(
    'with SHUTDOWN_DELAY_MS and %s process(es), it is not ready, serves meanwhile, and ends',
    async (workers) => {
      const service = await start({ SHUTDOWN_DELAY_MS: '5000', WORKERS: workers });
      const status = async (path: string) => (await fetch(service.url + path)).status;
      expect(await status('/health/ready')).toBe(200);

      let ended = false;
      const stopped = service.stop('SIGTERM').finally(() => {
        ended = true;
      });
      await until(async () => (await status('/health/ready')) === 503);
      const ready = await fetch(`${service.url}/health/ready`);
      expect(ready.headers.get('retry-after')).toBe('5');
      expect(await ready.json()).toMatchObject({
        code: 'shutting_down',
        detail: 'The service is shutting down.',
      });
      // New connections, too, and what needs the database.
      const answer = await fetch(`${service.url}/v1/current_user`, { headers: { connection: 'close' } });
      expect(answer.status).toBe(401);
      expect(await status('/health/live')).toBe(200);
      expect(ended).toBe(false);
      expect(await stopped).toBe(0);
    },
  );

  test('while it starts, it ends at once', async () => {
    const preload = new URL('../support/signal-at-create.mjs', import.meta.url);
    const env = { DATABASE_URL: database.url, NODE_OPTIONS: `--import ${preload.href}` };
    expect(await ServiceProcess.runToEnd(env)).toEqual(['SIGTERM', '']);
  });

  test('without, it ends at once', async () => {
    const service = await start({});
    const before = performance.now();
    expect(await service.stop('SIGTERM')).toBe(0);
    // Far from the 10 s after which what is left is cut off.
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
