import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDatabase, engine, type TestDatabase } from '../support/database.js';
import { TestApp } from '../support/app.js';
import { createToken, createUser, PASSWORD, type TestToken, type TestUser } from '../support/factories.js';
import { ServiceProcess } from '../harness/service.js';
import { attributesOf, type ReceivedSpan, TraceCollector } from '../support/trace-collector.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const traceparent = (flags = '01') => `00-${TRACE}-${CALLER}-${flags}`;

describe('traces', () => {
  let database: TestDatabase;
  let collector: TraceCollector;
  let service: ServiceProcess;
  let user: TestUser;
  let token: TestToken;

  beforeAll(async () => {
    database = await createDatabase();
    const app = await TestApp.start({ database });
    user = await createUser(app, { email: 'canary-of-traces@example.com', name: 'Canary Of Traces' });
    token = await createToken(app, user);
    await app.stop();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    collector = await TraceCollector.start();
  });
  afterEach(async () => {
    await service.stop('SIGKILL');
    await collector.stop();
  });

  const start = async (env: Record<string, string> = {}) => {
    service = await ServiceProcess.start({ DATABASE_URL: database.url, NODE_ENV: 'development', ...env });
  };
  const startTraced = (env: Record<string, string> = {}) =>
    start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env });
  const ask = async (
    path: string,
    { headers, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ) => {
    const answer = await fetch(service.url + path, {
      ...init,
      headers: { authorization: `Bearer ${token.plainText}`, ...headers },
    });
    await answer.text();
    return answer.status;
  };
  /** All of a service that has stopped, without those of the probes by which its start was awaited. */
  const spansAfterStop = async (): Promise<ReceivedSpan[]> => {
    expect(await service.stop()).toBe(0);
    return collector.spans.filter(({ name }) => name !== 'GET /health/live');
  };

  test.each([
    ['/v1/current_user', '?canary=in-the-query'],
    ['/v1/verify', ''],
  ])(
    'GET %s is in the trace of its caller; its batch and its statement are below it',
    async (path, query) => {
      await startTraced();
      expect(await ask(path + query, { headers: { traceparent: traceparent() } })).toBe(200);
      const spans = await spansAfterStop();
      const [request, batch, statement] = [`GET ${path}`, 'token batch', 'SELECT personal_access_tokens'].map(
        (wanted) => spans.find(({ name }) => name === wanted),
      );
      expect(request).toMatchObject({ kind: 2, traceId: TRACE, parentSpanId: CALLER, status: {} });
      expect(attributesOf(request)).toEqual({
        'http.request.method': 'GET',
        'http.route': path,
        'http.response.status_code': 200,
        'url.scheme': 'http',
        'latchkey.request_id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(batch).toMatchObject({ traceId: TRACE, parentSpanId: request?.spanId });
      expect(attributesOf(batch)).toEqual({ 'latchkey.batch.size': 1 });
      expect(statement).toMatchObject({ kind: 3, traceId: TRACE, parentSpanId: batch?.spanId });
      expect(attributesOf(statement)).toEqual({
        'db.system.name': engine,
        'db.operation.name': 'SELECT',
        'db.collection.name': 'personal_access_tokens',
      });
      expect(new Set(collector.serviceNames)).toEqual(new Set(['latchkey']));
    },
  );

  test('a statement that comes after a body is below its request, too', async () => {
    await startTraced({ OTEL_SERVICE_NAME: 'doors' });
    const created = await ask('/v1/current_user/tokens/create', {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: traceparent() },
      body: JSON.stringify({ token_name: 'canary of a name' }),
    });
    expect(created).toBe(201);
    const spans = await spansAfterStop();
    const request = spans.find(({ name }) => name === 'POST /v1/current_user/tokens/create');
    const insert = spans.find(({ name }) => name === 'INSERT personal_access_tokens');
    expect(request?.parentSpanId).toBe(CALLER);
    expect(insert).toMatchObject({ traceId: TRACE, parentSpanId: request?.spanId });
    expect(new Set(collector.serviceNames)).toEqual(new Set(['doors']));
  });

  test('a batch for several requests is below the first, and has links to the others', async () => {
    await startTraced();
    await Promise.all(Array.from({ length: 300 }, () => ask('/v1/verify')));
    const spans = await spansAfterStop();
    const requests = new Map(
      spans.filter(({ name }) => name === 'GET /v1/verify').map((span) => [span.spanId, span]),
    );
    const batches = spans.filter(({ name }) => name === 'token batch');
    expect(requests.size).toBe(300);
    expect(batches.length).toBeLessThan(300);
    const links = batches.flatMap((batch) => batch.links ?? []);
    expect(links.length).toBeGreaterThan(0);
    for (const { spanId, traceId } of links) expect(requests.get(spanId)?.traceId).toBe(traceId);
    for (const batch of batches) {
      expect(requests.get(batch.parentSpanId ?? '')?.traceId).toBe(batch.traceId);
      expect(batch.links?.length ?? 0).toBeLessThanOrEqual(31);
    }
  });

  test('what the caller does not sample has no span', async () => {
    await startTraced();
    expect(await ask('/v1/verify', { headers: { traceparent: traceparent('00') } })).toBe(200);
    expect(await ask('/v1/current_user', { headers: { traceparent: traceparent('00') } })).toBe(200);
    expect(await spansAfterStop()).toEqual([]);
    // The probes were; so the others were left out, and not lost.
    expect(collector.spans.length).toBeGreaterThan(0);
  });

  test('nothing secret is in what is sent, and nothing that a client chose', async () => {
    await startTraced();
    const secret = token.secret;
    const json = { 'content-type': 'application/json' };
    const sent = { email: user.email, password: PASSWORD };
    const login = { method: 'POST', headers: json, body: JSON.stringify(sent) };
    expect(await ask('/v1/auth/login', login)).toBe(200);
    expect(await ask(`/${secret}`)).toBe(404);
    expect(await ask(`/v1/current_user/tokens/${secret}`, { method: 'DELETE' })).toBe(404);
    expect(await ask(`/v1/current_user/tokens?cursor=${secret}`)).toBe(400);
    expect(
      await ask(`/v1/verify/${secret}`, { headers: { 'user-agent': secret, baggage: `a=${secret}` } }),
    ).toBe(200);
    // An address somebody has already: databases repeat it in their errors.
    const again = { ...sent, name: user.name };
    expect(
      await ask('/v1/auth/register', { method: 'POST', headers: json, body: JSON.stringify(again) }),
    ).toBe(409);
    const spans = await spansAfterStop();
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['POST /v1/auth/login', 'GET', 'DELETE /v1/current_user/tokens/:tokenId']),
    );
    const text = collector.payloads.join('\n');
    for (const canary of [secret, PASSWORD, user.email, user.name, '127.0.0.1', 'password']) {
      expect(text).not.toContain(canary);
    }
  });

  test.each<[string, Record<string, string>]>([
    ['without the variables', {}],
    ['with OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true' }],
    ['with OTEL_TRACES_EXPORTER=none', { OTEL_TRACES_EXPORTER: 'none' }],
  ])('%s, no connection is made', async (_case, env) => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
    await (Object.keys(env).length === 0 ? start() : start({ ...endpoint, ...env }));
    expect(await ask('/v1/verify', { headers: { traceparent: traceparent() } })).toBe(200);
    expect(await spansAfterStop()).toEqual([]);
    expect(collector.connections).toBe(0);
  });

  test('the SDK is loaded where traces are asked for, and nowhere else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-'));
    /** Whether the process had it: Node.js writes down every file that it ran. */
    const loaded = async (name: string): Promise<boolean> => {
      expect(await service.stop()).toBe(0);
      const files = await readdir(join(directory, name));
      const texts = await Promise.all(files.map((file) => readFile(join(directory, name, file), 'utf8')));
      expect(texts.join()).toContain('dist/main.js');
      return texts.join().includes('node_modules/@opentelemetry/sdk-trace');
    };
    try {
      await startTraced({ NODE_V8_COVERAGE: join(directory, 'on') });
      expect(await loaded('on')).toBe(true);
      await start({ NODE_V8_COVERAGE: join(directory, 'off') });
      expect(await loaded('off')).toBe(false);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
