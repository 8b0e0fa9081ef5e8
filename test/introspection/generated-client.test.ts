import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import openapiTS, { astToString } from 'openapi-typescript';
import { ORIGIN } from '../harness/service.js';
import { createToken, createUser, PASSWORD, secretOf } from '../support/factories.js';
import { dataOf, generatedClient, type GeneratedClient } from '../support/generated-client.js';
import { useApp } from '../support/use-app.js';

const run = promisify(execFile);

/** What an integrator might write; wrong in one place, where `WRONG` is put in. */
const program = (wrong: string) => `
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const client = createClient<paths>({ baseUrl: 'http://localhost:3000' });
const { data, error } = await client.POST('/v1/introspect/batch', { body: { tokens: ['1|x'] } });
for (const answer of data ?? []) {
  const scope: string = answer.active ? answer.scope : '${wrong === '' ? 'none' : `' + answer.${wrong} + '`}';
  process.stdout.write(scope);
}
const code: string | undefined = error?.code;
process.stdout.write(String(code));
await client.GET('/v1/verify', { params: { query: { scope: ['projects:read'] } } });
await client.POST('/v1/revoke', { body: { token: '1|x' } });
`;

describe('a client generated from openapi.json', () => {
  const app = useApp();
  let directory: string;

  beforeAll(async () => {
    // Within the project, whose packages it uses.
    directory = await mkdtemp(join('dist', 'generated-client-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** @returns what the compiler says, line by line, having looked at all of them at once: it takes seconds */
  /** @returns what the compiler says, line by line, of all programs at once: it takes seconds to start */
  const compile = async (programs: Readonly<Record<string, string>>): Promise<string[]> => {
    await writeFile(
      join(directory, 'schema.d.ts'),
      astToString(await openapiTS(await readFile('openapi.json', 'utf8'))),
    );
    const paths = Object.keys(programs).map((name) => join(directory, name));
    for (const [name, source] of Object.entries(programs)) await writeFile(join(directory, name), source);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const tsc = ['node_modules/typescript/bin/tsc', '--ignoreConfig', ...options, ...paths];
    const output = await run(process.execPath, tsc).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    return output.split('\n').filter((line) => line !== '');
  };

  test('compiles, and its types tell what is there from what is not', async () => {
    const said = await compile({ 'right.ts': program(''), 'wrong.ts': program('scope') });
    // What is indented goes on about the line before.
    expect(said.filter((line) => !/^\s|\/wrong\.ts/.test(line))).toEqual([]);
    expect(said.join('\n')).toContain("Property 'scope' does not exist on type");
  });

  test('drives the whole documented flow', async () => {
    const browser = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
    const anybody = generatedClient(app.url, browser);
    const body = { name: 'Ada Lovelace', email: 'ada@example.com', password: PASSWORD };
    const registered = await anybody.POST('/v1/auth/register', { body });
    const cookie = registered.response.headers.getSetCookie().map((one) => one.split(';', 1)[0] ?? '');
    const person = generatedClient(app.url, { ...browser, cookie: cookie.join('; ') });

    const wish = {
      token_name: 'Automation Script',
      scopes: ['user:read', 'tokens:read', 'tokens:write', 'projects:read'],
    };
    const { token } = dataOf(await person.POST('/v1/current_user/tokens/create', { body: wish }));
    app.leaks.remember(secretOf(token));
    const programOf = (presented: string) =>
      generatedClient(app.url, { authorization: `Bearer ${presented}` });
    const program = programOf(token);
    const me = dataOf(await program.GET('/v1/current_user'));
    expect(me).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });

    const list = dataOf(await program.GET('/v1/current_user/tokens', { params: { query: { limit: 10 } } }));
    expect(list).toMatchObject([{ name: 'Automation Script', last_used_at: expect.any(String) }]);
    const tokenId = list[0]?.id ?? 0;
    const path = { params: { path: { tokenId } } };
    const renamed = await program.PATCH('/v1/current_user/tokens/{tokenId}', {
      ...path,
      body: { token_name: 'CI' },
    });
    expect(dataOf(renamed).name).toBe('CI');

    const introspector = await createToken(app, await createUser(app), { scopes: ['tokens:introspect'] });
    const service = programOf(introspector.plainText);
    expect(await introspect(service, token)).toMatchObject({
      active: true,
      sub: String(me.id),
      token_name: 'CI',
    });
    const verified = await program.GET('/v1/verify', { params: { query: { scope: ['projects:read'] } } });
    expect([verified.response.status, verified.response.headers.get('x-auth-user-id')]).toEqual([
      200,
      String(me.id),
    ]);

    const rotated = await program.POST('/v1/current_user/tokens/{tokenId}/rotate', {
      ...path,
      body: { overlap_seconds: 0 },
    });
    const next = dataOf(rotated).token;
    app.leaks.remember(secretOf(next));
    const refused = await program.GET('/v1/current_user');
    expect(refused.error).toMatchObject({ code: 'invalid_token' });

    expect((await programOf(next).DELETE('/v1/current_user/tokens/{tokenId}', path)).response.status).toBe(
      204,
    );
    expect(await introspect(service, next)).toEqual({ active: false });
    expect((await programOf(next).GET('/v1/current_user')).response.status).toBe(401);

    const last = dataOf(
      await person.POST('/v1/current_user/tokens/create', { body: { token_name: 'Found' } }),
    ).token;
    app.leaks.remember(secretOf(last));
    expect((await revoke(anybody, last)).status).toBe(200);
    const all = dataOf(await service.POST('/v1/introspect/batch', { body: { tokens: [token, next, last] } }));
    expect(all).toEqual([{ active: false }, { active: false }, { active: false }]);
    expect(dataOf(await person.DELETE('/v1/current_user/tokens/delete'))).toEqual({ deleted: 0 });
  });
});

/** OAuth 2.0's forms. */
const form = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  bodySerializer: (body: unknown) => new URLSearchParams(body as Record<string, string>).toString(),
};

const introspect = async (client: GeneratedClient, token: string) =>
  dataOf(await client.POST('/v1/introspect', { body: { token }, ...form }));

const revoke = async (client: GeneratedClient, token: string) =>
  (await client.POST('/v1/revoke', { body: { token }, ...form })).response;
