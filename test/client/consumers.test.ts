import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../harness/free-port.js';
import { Program } from '../harness/program.js';
import { FakeLatchkey, fakeToken } from '../support/fake-latchkey.js';

const run = promisify(execFile);
const CONSUMERS = 'test/client/consumers';

/** What services are compiled with: the classic resolution of TypeScript, which knows no `exports`, and the two newer. */
const COMPILERS = [
  ['commonjs', 'node10'],
  ['esnext', 'bundler'],
] as const;

let packed: string;
let latchkey: FakeLatchkey;

beforeAll(async () => {
  packed = await mkdtemp(join(tmpdir(), 'latchkey-packed-'));
  // The build that `npm test` begins with: `prepack` would make it anew under the feet of other tests.
  await run('npm', ['pack', './client', '--ignore-scripts', '--pack-destination', packed]);
  latchkey = await FakeLatchkey.start();
});
afterAll(async () => {
  await latchkey.stop();
  await rm(packed, { recursive: true, force: true });
});

/** As published: packed, and installed into a service with packages of its own. Latchkey is the fake. */
describe.each(['nestjs-10', 'nestjs-11'])('a service on %s', (consumer) => {
  let directory: string;

  beforeAll(async () => {
    const { name, version } = JSON.parse(await readFile('client/package.json', 'utf8')) as Record<
      string,
      string
    >;
    directory = await mkdtemp(join(tmpdir(), `latchkey-${consumer}-`));
    await cp(join(CONSUMERS, consumer), directory, { recursive: true });
    await cp(join(CONSUMERS, 'service.ts'), join(directory, 'service.ts'));
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    await run('npm', ['ci', ...quiet], { cwd: directory });
    await run(
      'npm',
      ['install', '--no-save', '--no-package-lock', ...quiet, join(packed, `${name}-${version}.tgz`)],
      {
        cwd: directory,
      },
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const compile = (module: string, resolution: string) =>
    run(
      'node_modules/.bin/tsc',
      [
        ...['--module', module, '--moduleResolution', resolution, '--target', 'es2022', '--types', 'node'],
        ...[
          '--strict',
          '--experimentalDecorators',
          '--emitDecoratorMetadata',
          '--skipLibCheck',
          'service.ts',
        ],
      ],
      { cwd: directory },
    );

  test.each(COMPILERS)('compiles as %s with the resolution %s', async (module, resolution) => {
    await expect(compile(module, resolution)).resolves.toMatchObject({ stdout: '' });
  });

  test('as CommonJS, lets in who may, and nobody else', async () => {
    await compile('commonjs', 'node10');
    const port = String(await freePort());
    const service = new Program(process.execPath, ['service.js'], {
      cwd: directory,
      env: { PORT: port, LATCHKEY_URL: latchkey.url, LATCHKEY_TOKEN: fakeToken(1) },
    });
    const get = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const authorization = `Bearer ${fakeToken(7)}`;
    try {
      await service.whenReady(() =>
        get('/projects').then(
          () => true,
          () => false,
        ),
      );
      const good = await get('/projects', { authorization });
      expect([good.status, await good.json()]).toEqual([200, { userId: '7', tokenName: 'Token 7' }]);
      expect((await get('/projects')).status).toBe(401);
      expect((await get('/projects/secret', { authorization })).status).toBe(403);
    } finally {
      await expect(service.stop()).resolves.toBe('SIGTERM');
    }
    expect(service.lines).toEqual([]);
  });
});
