import { beforeAll, describe, expect, test } from '@jest/globals';
import { runCli } from './support/cli.js';
import { createToken, createUser, PASSWORD, type TestUser, secretOf } from './support/factories.js';
import { expectProblem } from './support/problems.js';
import { asBrowser, asProgram } from './support/requests.js';
import { useApp } from './support/use-app.js';

const ME = '/v1/current_user';
const SERVICE = 'gateway@example.com';

describe("the operator's command line", () => {
  const app = useApp();
  let person: TestUser;

  const cli = (...args: string[]) => runCli(app.databaseUrl, ...args);
  const createServiceAccount = (email: string) =>
    cli('users:create', '--service', '--name', 'Gateway', '--email', email);
  /** @returns the token, which the command must have printed alone */
  const createTokenOf = async (email: string, ...options: string[]) => {
    const { code, stdout, stderr } = await cli(
      'tokens:create',
      '--user',
      email,
      '--name',
      'Checks',
      ...options,
    );
    expect([code, stderr]).toEqual([0, 'Save it now: it is shown only this once.\n']);
    expect(stdout).toMatch(/^\d+\|\w{48}\n$/);
    app.leaks.remember(secretOf(stdout.trim()));
    return stdout.trim();
  };

  beforeAll(async () => {
    person = await createUser(app);
    const { code, stdout } = await createServiceAccount(SERVICE);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Service account \d+, gateway@example.com\n$/),
    ]);
  });

  test('a service account may introspect with the token that is made for it', async () => {
    const client = asProgram(app, await createTokenOf(SERVICE, '--scope', 'tokens:introspect'));
    const { plainText } = await createToken(app, person);
    const { body } = await client.post('/v1/introspect').type('form').send({ token: plainText }).expect(200);
    expect(body).toMatchObject({ active: true, sub: String(person.id) });
    expectProblem(await client.get(ME), 403, 'insufficient_scope');
  });

  test('a service account gets other tokens, too, with limits', async () => {
    const limits = ['--expires-at', '2100-01-01T00:00:00Z', '--cidr', '127.0.0.0/8', '::1'];
    const token = await createTokenOf(SERVICE, '--scope', 'user:read', 'tokens:read', ...limits);
    const { body } = await asProgram(app, token).get(`${ME}/tokens/current`).expect(200);
    expect(body).toMatchObject({
      name: 'Checks',
      scopes: ['user:read', 'tokens:read'],
      expires_at: '2100-01-01T00:00:00.000Z',
      allowed_cidrs: ['127.0.0.0/8', '::1/128'],
    });
  });

  test('nobody signs in to a service account, whatever the password', async () => {
    for (const password of ['', PASSWORD]) {
      const answer = await asBrowser(app)
        .post('/v1/auth/login')
        .send({ email: SERVICE, password: password || ' ' });
      expectProblem(answer, 401, 'wrong_password');
    }
  });

  test('a token is made for a person, too, but none that introspects', async () => {
    const token = await createTokenOf(person.email);
    await asProgram(app, token).get(ME).expect(200);
    const refused = await cli(
      'tokens:create',
      '--user',
      person.email,
      '--name',
      'x',
      '--scope',
      'tokens:introspect',
    );
    expect(refused).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Only a service account may have the scope tokens:introspect.\n',
    });
  });

  test('a token is deleted, and dead at once; the security log has both', async () => {
    const token = await createTokenOf(person.email);
    const [id = ''] = token.split('|');
    const { code, stdout } = await cli('tokens:delete', '--user', person.email, '--id', id);
    expect([code, stdout]).toEqual([0, `Token ${id} is deleted: no instance accepts it any more.\n`]);
    expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
    const reader = await createToken(app, person);
    const { body } = await asProgram(app, reader).get(`${ME}/events?token_id=${id}`).expect(200);
    const byOperator = { actor_token_id: null, address: null, user_agent: 'Latchkey command line' };
    expect(body).toMatchObject([
      { kind: 'token_deleted', ...byOperator },
      { kind: 'token_created', ...byOperator },
    ]);
  });

  test('makes no token for an account that is disabled, but deletes one', async () => {
    const user = await createUser(app, { disabledAt: app.clock.now() });
    const { id } = await createToken(app, user);
    const { code, stdout, stderr } = await cli('tokens:create', '--user', user.email, '--name', 'x');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/ is disabled: a token of it would not be accepted\.\n$/);
    expect((await cli('tokens:delete', '--user', user.email, '--id', String(id))).code).toBe(0);
  });

  test.each<[string, string[], RegExp]>([
    [
      'an address that is taken',
      ['users:create', '--service', '--name', 'x', '--email', SERVICE],
      /exists already/,
    ],
    [
      'an account that is no service',
      ['users:create', '--name', 'x', '--email', 'a@example.com'],
      /'--service' not/,
    ],
    [
      'no address',
      ['users:create', '--service', '--name', 'x', '--email', 'here'],
      /must be an email address/,
    ],
    [
      'a blank name',
      ['users:create', '--service', '--name', ' ', '--email', 'b@example.com'],
      /Name is required/,
    ],
    ['nobody', ['tokens:create', '--user', 'nobody@example.com', '--name', 'x'], /There is no account/],
    [
      'a blank token name',
      ['tokens:create', '--user', SERVICE, '--name', ' '],
      /^Token name is required\.\n$/,
    ],
    [
      'a wrong scope',
      ['tokens:create', '--user', SERVICE, '--name', 'x', '--scope', 'tokens:introspect', 'X'],
      /^Scope 2 must/,
    ],
    [
      'a wrong time',
      ['tokens:create', '--user', SERVICE, '--name', 'x', '--expires-at', 'soon'],
      /^Expiry must/,
    ],
    [
      'a time that is over',
      ['tokens:create', '--user', SERVICE, '--name', 'x', '--expires-at', '2001-01-01T00:00:00Z'],
      /future/,
    ],
    [
      'a wrong range',
      ['tokens:create', '--user', SERVICE, '--name', 'x', '--cidr', '300'],
      /^Address range 1/,
    ],
    ['a token of another', ['tokens:delete', '--user', SERVICE, '--id', '999'], /no such token/],
    ['a number that is none', ['tokens:delete', '--user', SERVICE, '--id', '0x1'], /number before the bar/],
    ['a command that is none', ['tokens:mint'], /unknown command/],
  ])(
    'refuses %s in a line that says what to do, and prints nothing for scripts',
    async (_, args, message) => {
      const { code, stdout, stderr } = await cli(...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(message);
    },
  );

  test('says so when the database is away', async () => {
    const { code, stdout, stderr } = await runCli(
      'mysql://root@127.0.0.1:1/x',
      'tokens:delete',
      '--user',
      SERVICE,
      '--id',
      '1',
    );
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'The database is not available now. Try again in a few seconds.\n',
    ]);
  });
});
