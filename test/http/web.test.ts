import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PAGES } from '../../src/http/web.js';
import { expectProblem } from '../support/problems.js';
import { useApp } from '../support/use-app.js';

const HTML = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
/** The scripts and styles a browser loads, compressed, weigh less than this. */
const BUDGET_BYTES = 90_000;

describe('the page for people', () => {
  const app = useApp();
  let page: string;
  let assets: string[];

  beforeAll(async () => {
    page = await readFile('dist/web/index.html', 'utf8');
    assets = await readdir('dist/web/assets');
  });

  test.each(PAGES)('GET %s 200: the page, asked for again each time', async (path) => {
    const { text, headers } = await app.request().get(path).set(HTML).expect(200);
    expect(text).toBe(page);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['cache-control']).toBe('no-cache');
    await app
      .request()
      .get(path)
      .set({ ...HTML, 'If-None-Match': headers.etag ?? '' })
      .expect(304);
  });

  test('GET /assets/… 200: compressed, and for ever', async () => {
    for (const name of assets.filter((asset) => /\.(js|css)$/.test(asset))) {
      const { headers } = await app.request().get(`/assets/${name}`).set('Accept-Encoding', 'br').expect(200);
      expect(headers['content-encoding']).toBe('br');
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  test('GET 404 for an address that is none: the page says so to people', async () => {
    const { text } = await app.request().get('/settings/nothing').set(HTML).expect(404);
    expect(text).toBe(page);
  });

  test.each(['/settings/nothing', '/v1/nothing', '/docs/nothing', '/assets/nothing.js', '/health/nothing'])(
    'GET %s 404: a problem for programs',
    async (path) => {
      expectProblem(await app.request().get(path), 404, 'not_found');
    },
  );

  test.each(['/v1/nothing', '/docs/nothing', '/assets/nothing.js', '/health/nothing'])(
    'GET %s 404: a problem for a browser, too',
    async (path) => {
      expectProblem(await app.request().get(path).set(HTML), 404, 'not_found');
    },
  );

  test.each(['/assets/..%2f..%2fmain.js', '/assets/../main.js', '/assets/%2e%2e/%2e%2e/package.json'])(
    'GET %s: no way out of the folder',
    async (path) => {
      const { status, text } = await app.request().get(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain('import');
    },
  );

  test('POST 405: pages are only read', async () => {
    const { headers } = await app.request().post('/settings/tokens').expect(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  test('has no inline script or style, for the policy would stop it', () => {
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/);
    const scripts = page.match(/<script\b[^>]*>[^<]*/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toMatch(/^<script [^>]*src="\/assets\/[^"]+"[^>]*>\s*$/);
  });

  test(`loads less than ${BUDGET_BYTES / 1000} kB of script and style, compressed with gzip`, async () => {
    const compressed = assets.filter((name) => /\.(js|css)\.gz$/.test(name));
    expect(compressed.length).toBeGreaterThan(1);
    const sizes = await Promise.all(
      compressed.map(async (name) => (await readFile(`dist/web/assets/${name}`)).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET_BYTES);
  });
});
