import { describe, expect, test } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import { comparable, expectProblem } from '../support/problems.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

/** What somebody at an address gets, by way of the proxy that is trusted. */
const from = (app: TestApp, address: string) => app.request().get('/metrics').set('X-Forwarded-For', address);

describe('by default', () => {
  const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });

  test('200 on this machine, in the text format of Prometheus, kept by nobody', async () => {
    const { headers, text } = await app.request().get('/metrics').expect(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(text).toContain('# TYPE latchkey_verifications_total counter\n');
    expect(text).toMatch(/^latchkey_build_info\{version="\d+\.\d+\.\d+",node="v\d+\.\d+\.\d+"\} 1$/m);
  });

  test.each(['10.1.2.3', '172.31.0.1', '192.168.7.7', '127.0.0.9', '::ffff:10.1.2.3', 'fd00::1'])(
    '200 for %s, a private address',
    async (address) => {
      await from(app, address).expect(200);
    },
  );

  test.each(['198.51.100.7', '172.32.0.1', '2001:db8::1', '::ffff:198.51.100.7', 'unknown', '10.0.0.1x'])(
    '404 for %s, the one of an address that is none',
    async (address) => {
      const answer = await from(app, address);
      expectProblem(answer, 404, 'not_found');
      const nowhere = await app.request().get('/nowhere').set('X-Forwarded-For', address);
      expect(comparable(answer)).toEqual(comparable(nowhere));
    },
  );

  test('one request is not a line in the log for people', async () => {
    await app.request().get('/metrics').expect(200);
    const lines = app.log.filter(({ route }) => route === '/metrics');
    expect(lines).not.toEqual([]);
    expect(lines.filter(({ level, status }) => status === 200 && level !== 'debug')).toEqual([]);
  });
});

test('404 for what a proxy passes on that nobody trusts: its own address says nothing', () =>
  withApp({}, async (app) => {
    await app.request().get('/metrics').expect(200);
    await from(app, '10.0.0.1').expect(404);
    await app.request().get('/metrics').set('Forwarded', 'for=10.0.0.1').expect(404);
  }));

test('METRICS_ALLOW names all who may', () =>
  withApp({ env: { METRICS_ALLOW: '198.51.100.0/24', TRUST_PROXY: '127.0.0.1' } }, async (app) => {
    await from(app, '198.51.100.7').expect(200);
    await from(app, '10.0.0.1').expect(404);
    await app.request().get('/metrics').expect(404);
  }));

test('METRICS_ALLOW=none: for nobody', () =>
  withApp({ env: { METRICS_ALLOW: 'none' } }, async (app) => {
    await app.request().get('/metrics').expect(404);
  }));
