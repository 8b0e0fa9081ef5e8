import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDatabase, type TestDatabase } from './support/database.js';
import { valueOf } from './support/metrics.js';
import { sendRaw } from './support/raw.js';
import { ServiceProcess } from './harness/service.js';
import { freeze } from './harness/program.js';
import { until } from './support/until.js';

const workersOf = ({ pid }: ServiceProcess): number[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)])
    .toString()
    .split('\n')
    .filter((line) => line.includes('dist/main.js'))
    .map((line) => parseInt(line, 10));

describe('WORKERS=2', () => {
  let database: TestDatabase;
  let service: ServiceProcess;

  beforeEach(async () => {
    database = await createDatabase();
    service = await ServiceProcess.start({ DATABASE_URL: database.url, WORKERS: '2', LOG_LEVEL: 'info' });
  });
  afterEach(async () => {
    await service.stop('SIGKILL');
    await database.drop();
  });

  test('serves one port from two processes and replaces one that dies', async () => {
    const before = workersOf(service);
    expect(before).toHaveLength(2);
    process.kill(before[0] ?? 0, 'SIGKILL');
    await until(() => {
      const now = workersOf(service);
      return now.length === 2 && now[0] !== before[0] && now[1] !== before[0];
    });
    await service.whenListening();
    await until(() =>
      service.lines.join('\n').includes(`Worker ${before[0]} died (SIGKILL); starting another.`),
    );
  });

  test('any of them tells what both have counted', async () => {
    for (let n = 0; n < 30; n += 1) await sendRaw(service, ['GET /v1/verify HTTP/1.1']);
    // Each on a connection of its own, so that they do not all reach the same worker.
    const scrapes = await Promise.all(
      Array.from({ length: 10 }, () => sendRaw(service, ['GET /metrics HTTP/1.1'])),
    );
    for (const { status, headers, body } of scrapes) {
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
      const metrics = String(body);
      const verified = { route: '/v1/verify', method: 'GET', status: '401' };
      expect(valueOf(metrics, 'latchkey_http_requests_total', verified)).toBe(30);
      const { route } = verified;
      expect(valueOf(metrics, 'latchkey_http_request_duration_seconds_count', { route })).toBe(30);
      expect(valueOf(metrics, 'latchkey_verification_queue_limit')).toBe(20_000);
      expect(valueOf(metrics, 'latchkey_build_info')).toBe(1);
      expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    }
  });

  test('503 for the metrics while one of them is frozen: a part would be taken for the whole', async () => {
    const [frozen = 0] = workersOf(service);
    // Whatever connection reaches the frozen one waits until it goes on.
    await freeze(frozen);
    try {
      const answers = [1, 2, 3, 4].map(() => sendRaw(service, ['GET /metrics HTTP/1.1']));
      const { status, body } = await Promise.race(answers);
      expect([status, body]).toEqual([503, expect.objectContaining({ code: 'metrics_unavailable' })]);
      process.kill(frozen, 'SIGCONT');
      await Promise.all(answers);
    } finally {
      process.kill(frozen, 'SIGCONT');
    }
    expect((await sendRaw(service, ['GET /metrics HTTP/1.1'])).status).toBe(200);
  });

  test('SIGTERM drains all of them: idle connections are closed, and it ends with 0', async () => {
    const { hostname, port } = new URL(service.url);
    const idle = connect(Number(port), hostname);
    idle.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = (await once(idle, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200/);

    const workers = workersOf(service);
    const closed = once(idle, 'close');
    const before = performance.now();
    expect(await service.stop('SIGTERM')).toBe(0);
    await closed;
    // Far from the 10 s after which what is left is cut off.
    expect(performance.now() - before).toBeLessThan(5000);
    for (const worker of workers) expect(() => process.kill(worker, 0)).toThrow();
  });
});

test('a start that cannot succeed ends, with the reason', async () => {
  const env = { DATABASE_URL: 'sqlite:/etc/hostname/x.sqlite', WORKERS: '2' };
  const [code, text] = await ServiceProcess.runToEnd(env);
  expect(code).toBe(1);
  expect(text).toMatch(/Latchkey could not start: .*\/etc\/hostname/);
});

test('a port that is taken ends the start, whatever is open by then', async () => {
  const database = await createDatabase();
  const first = await ServiceProcess.start({ DATABASE_URL: database.url });
  const { port } = new URL(first.url);
  const [code, text] = await ServiceProcess.runToEnd({ DATABASE_URL: database.url, PORT: port });
  expect(code).toBe(1);
  expect(text).toMatch(/Latchkey could not start: .*EADDRINUSE/);
  await first.stop();
  await database.drop();
});
