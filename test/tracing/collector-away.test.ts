import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { ServiceProcess } from '../harness/service.js';
import { TraceCollector } from '../support/trace-collector.js';
import { until } from '../support/until.js';

describe('with a collector of traces that', () => {
  let database: TestDatabase;
  let collector: TraceCollector;
  let service: ServiceProcess;

  beforeEach(async () => {
    database = await createDatabase();
    collector = await TraceCollector.start();
    service = await ServiceProcess.start({
      DATABASE_URL: database.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
  });
  afterEach(async () => {
    await service.stop('SIGKILL');
    await collector.stop();
    await database.drop();
  });

  const ask = async () => (await fetch(`${service.url}/v1/verify`)).status;
  const complaints = () =>
    service.log.filter(({ level }) => ['warn', 'error', 'fatal'].includes(String(level)));
  const sent = async (batches: number) => {
    const before = collector.payloads.length;
    await until(async () => (await ask()) === 401 && collector.payloads.length >= before + batches);
  };

  test('refuses them, it is said once, and once that it takes them again', async () => {
    collector.status = 400;
    await sent(5);
    await until(() => complaints().length > 0);
    collector.status = 200;
    await sent(2);
    await until(() => service.lines.join('\n').includes('The collector of traces takes them again.'));
    expect(await service.stop()).toBe(0);
    expect(complaints()).toMatchObject([{ level: 'warn', context: 'Tracing' }]);
  });

  test('does not answer, requests are answered all the same, and so is the signal to stop', async () => {
    collector.status = undefined;
    await sent(1);
    for (let n = 0; n < 20; n += 1) expect(await ask()).toBe(401);
    // 1 is a stop that took longer than it may.
    expect(await service.stop()).toBe(0);
    expect(complaints()).toEqual([]);
  });
});
