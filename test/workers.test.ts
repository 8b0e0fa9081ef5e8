import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDatabase, type TestDatabase } from './support/database.js';
import { ServiceProcess } from './support/service.js';
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
    expect(service.lines.join('\n')).toContain(`Worker ${before[0]} died (SIGKILL); starting another.`);
  });

  test('SIGTERM drains all of them: idle connections are closed, and it ends with 0', async () => {
    const { hostname, port } = new URL(service.url);
    const idle = connect(Number(port), hostname);
    idle.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = (await once(idle, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200/);

    const workers = workersOf(service);
    const closed = once(idle, 'close');
    expect(await service.stop('SIGTERM')).toBe(0);
    await closed;
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
