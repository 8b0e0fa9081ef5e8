import { describe, expect, test } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { sendRaw } from '../support/raw.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const ME = '/v1/current_user';

const PAGES = [
  '/',
  '/settings/tokens',
  '/docs',
  '/openapi.json',
  ME,
  '/nothing',
  '/health/live',
  `${ME}/tokens/create`,
];

describe('the headers of every answer', () => {
  const app = useApp();

  test.each(PAGES)('%s: no sniffing, no framing, no referrer, no inline script', async (path) => {
    const { headers } = await app.request().get(path);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-frame-options']).toBe('DENY');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("object-src 'none'");
    // Swagger UI cannot do without inline styles; there is never an inline script.
    const styles = path === '/docs' ? ";style-src 'self' 'unsafe-inline'" : '';
    expect(policy.replace(styles, '')).not.toMatch(/unsafe|\*|https?:|script-src/);
  });

  test('/docs has no inline script, for the policy would stop it', async () => {
    const { text } = await app.request().get('/docs').expect(200);
    const scripts = text.match(/<script\b[^>]*>[^<]*/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toMatch(/^<script src="[^"]+">\s*$/);
    expect(text).not.toMatch(/\son\w+=/);
  });

  test.each([
    ['parameter that is too long', 414, [`GET ${ME}/tokens/${'1'.repeat(200)} HTTP/1.1`]],
    ['broken escape', 400, ['GET /v1/%zz HTTP/1.1']],
    ['headers that are too large', 431, [`GET ${ME} HTTP/1.1`, `X-Long: ${'x'.repeat(20_000)}`]],
    ['what is no HTTP', 400, ['GET / HTTP/1.1', 'no header']],
  ])('a %s, which reaches no route, gets the same: %d', async (_, status, lines) => {
    const { headers } = await app.request().get('/v1/nothing');
    const answer = await sendRaw(app, lines);
    expect(answer.status).toBe(status);
    for (const name of Object.keys(headers).filter((name) => name !== 'keep-alive')) {
      const own = ['content-length', 'x-request-id', 'date', 'connection'].includes(name);
      expect([name, answer.headers[name]]).toEqual([name, own ? answer.headers[name] : headers[name]]);
    }
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  test.each(PAGES)('%s: nothing names the software or its version', async (path) => {
    const { headers } = await app.request().get(path);
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  test('no HSTS on plain http', async () => {
    const { headers } = await app.request().get(ME);
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  test.each(PAGES)('%s: another origin is allowed nothing', async (path) => {
    const preflight = await app
      .request()
      .options(path)
      .set('Origin', 'https://evil.example')
      .set('Access-Control-Request-Method', 'DELETE')
      .set('Access-Control-Request-Headers', 'authorization');
    const plain = await app.request().get(path).set('Origin', 'https://evil.example');
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    for (const { headers } of [preflight, plain]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  test('X-Request-Id is another one each time, and the one the problem and the log name', async () => {
    const ids = new Set<string>();
    for (const path of PAGES) {
      const { headers, body } = await app.request().get(path);
      const id = headers['x-request-id'] ?? '';
      ids.add(id);
      if (headers['content-type']?.includes('problem')) {
        expect((body as { request_id: string }).request_id).toBe(id);
      }
      expect(app.log.filter(({ request_id, msg }) => request_id === id && msg === 'request')).toHaveLength(1);
    }
    expect(ids.size).toBe(PAGES.length);
  });

  test('X-Request-Id is ours, whatever the client sends', async () => {
    const { headers } = await app.request().get(ME).set('X-Request-Id', 'forged').expect(401);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the headers of every answer, where PUBLIC_URL is https', () => {
  const app = useApp({ env: { PUBLIC_URL: 'https://tokens.example.com' } });

  test.each(PAGES)('%s: HSTS for a year at least', async (path) => {
    const { headers } = await app.request().get(path);
    const [, seconds] = /^max-age=(\d+)/.exec(headers['strict-transport-security'] ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(31_536_000);
  });
});

describe('X-Forwarded-For', () => {
  const lastUsedIp = async (app: TestApp, user: TestUser, forwarded: string): Promise<unknown> => {
    const token = await createToken(app, user);
    await asProgram(app, token).get(ME).set('X-Forwarded-For', forwarded).expect(200);
    const person = await asPerson(app, user);
    const { body } = await person.get(`${ME}/tokens/${token.id}`).expect(200);
    return (body as { last_used_ip: unknown }).last_used_ip;
  };

  test.each([
    ['without TRUST_PROXY', '', '203.0.113.9', '127.0.0.1'],
    ['from an address that is not trusted', '10.0.0.0/8', '203.0.113.9', '127.0.0.1'],
    ['from a trusted address', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['from a trusted range', '10.0.0.0/8,127.0.0.0/8', '2001:db8::9', '2001:db8::9'],
    ['what the client claims in front of it', '127.0.0.1', '198.51.100.66, 203.0.113.9', '203.0.113.9'],
    ['through two trusted proxies', '127.0.0.1,10.0.0.0/8', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ])('%s (TRUST_PROXY=%s): %s is %s', async (_, trusted, forwarded, expected) => {
    await withApp({ env: { TRUST_PROXY: trusted } }, async (app) => {
      expect(await lastUsedIp(app, await createUser(app), forwarded)).toBe(expected);
    });
  });

  test('does not get a token past its address ranges', async () => {
    await withApp({}, async (app) => {
      const token = await createToken(app, await createUser(app), { allowedCidrs: ['203.0.113.0/24'] });
      const program = asProgram(app, token);
      for (const name of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'X-Client-IP', 'CF-Connecting-IP']) {
        const value = name === 'Forwarded' ? 'for=203.0.113.9' : '203.0.113.9';
        await program.get(ME).set(name, value).expect(401);
      }
    });
  });
});
