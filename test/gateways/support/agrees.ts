import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sendRaw } from '../../support/raw.js';
import { AMBIGUOUS, anyPath, mayBeProjects, PLAIN } from './paths.js';
import type { Stage } from './stage.js';

/** Enough to have each trick in each place; the same ones every time. */
const SAMPLE = fc.sample(anyPath, { numRuns: 400, seed: 16 });

/** A token without `projects:read` asks, and no path that it gets through with is `/projects` to anybody. */
export function agrees(stage: () => Stage): void {
  let authorization: string;
  beforeAll(async () => {
    const { plainText } = await stage().token({ scopes: ['user:read'] });
    authorization = `Authorization: Bearer ${plainText}`;
  });
  const ask = async (target: string) => {
    const { status } = await sendRaw(stage().gateway, [`GET ${target} HTTP/1.1`, authorization]);
    return status;
  };

  test.each(AMBIGUOUS)('%j is refused', async (path) => {
    expect(await ask(path)).toBe(400);
    expect(stage().upstream.received).toEqual([]);
  });

  test('without a token, too', async () => {
    expect((await stage().ask({ path: '/a/..;/projects' })).status).toBe(400);
  });

  test.each(PLAIN)('%j passes as it is', async (path) => {
    expect(await ask(path)).toBe(200);
    expect(stage().upstream.received).toMatchObject([{ url: path }]);
  });

  test.each(['http://example.com/projects', 'http://example.com//projects', 'projects', '*', ''])(
    'a target of another form, %j',
    async (target) => {
      expect([400, 403]).toContain(await ask(target));
      expect(stage().upstream.received).toEqual([]);
    },
  );

  test('whatever is made of /projects', async () => {
    for (const path of SAMPLE) {
      const status = await ask(path);
      expect([path, status === 200 && mayBeProjects(path)]).toEqual([path, false]);
    }
    for (const { url } of stage().upstream.received) expect([url, mayBeProjects(url)]).toEqual([url, false]);
  });
}
