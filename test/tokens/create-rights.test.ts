import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const TOKENS = '/v1/current_user/tokens';
const CREATE = `${TOKENS}/create`;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Creates a token, and shows it as the list does. */
async function made(client: Client, asked: object): Promise<Record<string, unknown>> {
  const { headers } = await client
    .post(CREATE)
    .send({ token_name: 'Limited', ...asked })
    .expect(201);
  const { body } = await client.get(headers.location ?? '').expect(200);
  return body as Record<string, unknown>;
}

describe('POST /v1/current_user/tokens/create, with rights', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const from = (ms: number): string => new Date(app.clock.now().getTime() + ms).toISOString();

  /** Refused for one field, with one message, and nothing created. */
  async function expectRefused(asked: object, field: string, detail: RegExp | string): Promise<void> {
    const before = (await person.get(TOKENS).expect(200)).headers['x-total-count'];
    const answer = await person.post(CREATE).send({ token_name: 'Refused', ...asked });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toEqual([{ field, detail: answer.body.detail }]);
    expect(answer.body.detail).toMatch(detail);
    expect((await person.get(TOKENS).expect(200)).headers['x-total-count']).toBe(before);
  }

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('201: a person who chooses nothing gets everything, for ever, from anywhere', async () => {
    expect(await made(person, {})).toMatchObject({ scopes: ['*'], expires_at: null, allowed_cidrs: null });
    const chosen = await made(person, { expires_at: null, allowed_cidrs: null });
    expect(chosen).toMatchObject({ scopes: ['*'], expires_at: null, allowed_cidrs: null });
  });

  test('201: the token does what its scopes say, until it ends', async () => {
    const asked = { token_name: 'Reader', scopes: ['user:read'], expires_at: from(1000) };
    const { body } = await person.post(CREATE).send(asked).expect(201);
    const program = asProgram(app, (body as { token: string }).token);
    await program.get('/v1/current_user').expect(200);
    const refused = await program.get(TOKENS);
    expectProblem(refused, 403, 'insufficient_scope');
    expect(refused.body.detail).toContain('tokens:read');
    expect(refused.headers['www-authenticate']).toContain('scope="tokens:read"');
    app.clock.advance(1000);
    expectProblem(await program.get('/v1/current_user'), 401, 'token_expired');
  });

  test('201: the token works from its ranges, and from nowhere else', async () => {
    const ask = async (allowed_cidrs: string[]) => {
      const { body } = await person.post(CREATE).send({ token_name: 'At home', allowed_cidrs }).expect(201);
      return asProgram(app, (body as { token: string }).token);
    };
    await (await ask(['127.0.0.0/8', '192.0.2.7'])).get('/v1/current_user').expect(200);
    expectProblem(await (await ask(['192.0.2.7'])).get('/v1/current_user'), 401, 'address_refused');
  });

  test.each<[string, string[], string[]]>([
    ['one', ['user:read'], ['user:read']],
    ['everything', ['*'], ['*']],
    ['of services', ['projects:*', 'a-b_c:0'], ['projects:*', 'a-b_c:0']],
    ['twice', ['b', 'a', 'b', 'b'], ['b', 'a']],
    ['fifty', Array.from({ length: 50 }, (_, n) => `s${n}`), Array.from({ length: 50 }, (_, n) => `s${n}`)],
    ['of a hundred characters', ['s'.repeat(100)], ['s'.repeat(100)]],
  ])('201 for scopes: %s', async (_, scopes, stored) => {
    expect(await made(person, { scopes })).toMatchObject({ scopes: stored });
  });

  test.each<[string, unknown, RegExp | string]>([
    ['null', null, 'Scopes must be an array of strings.'],
    ['a text', 'user:read', 'Scopes must be an array of strings.'],
    ['an object', { 0: 'user:read' }, 'Scopes must be an array of strings.'],
    ['numbers', [1], 'Scopes must be an array of strings.'],
    ['lists', [['user:read']], 'Scopes must be an array of strings.'],
    ['none', [], /^Scopes must not be empty\./],
    ['fifty-one', Array.from({ length: 51 }, (_, n) => `s${n}`), 'Scopes must be at most 50.'],
    ['too long', ['s'.repeat(101)], /^Scope 1 must be .* at most 100 characters\.$/],
    ['upper case', ['user:read', 'Projects:Read'], /^Scope 2 must be \* or lower-case words/],
    ['blank', [' '], /^Scope 1 must be /],
    ['a wildcard within', ['proj*'], /^Scope 1 must be /],
    ['two in one', ['user:read tokens:read'], /^Scope 1 must be /],
    ['introspection', ['*', 'tokens:introspect'], 'Only an operator can grant the scope tokens:introspect.'],
  ])('400 for scopes: %s', async (_, scopes, detail) => {
    await expectRefused({ scopes }, 'scopes', detail);
  });

  test.each([
    ['2999-12-31T23:59:59.999Z', '2999-12-31T23:59:59.999Z'],
    ['2999-01-01T00:00:00+05:30', '2998-12-31T18:30:00.000Z'],
    ['2999-01-01t00:00:00z', '2999-01-01T00:00:00.000Z'],
  ])('201 for an expiry of %s', async (expires_at, stored) => {
    expect(await made(person, { expires_at })).toMatchObject({ expires_at: stored });
  });

  test('201 for an expiry that is a millisecond away; 400 for this one, and for one that has passed', async () => {
    expect(await made(person, { expires_at: from(1) })).toMatchObject({ expires_at: from(1) });
    for (const ms of [0, -1, -DAY_MS]) {
      await expectRefused({ expires_at: from(ms) }, 'expires_at', 'Expiry must be in the future.');
    }
  });

  test.each([
    ['a date', '2999-01-01'],
    ['no time zone', '2999-01-01T00:00:00'],
    ['no such day', '2999-02-29T00:00:00Z'],
    ['words', 'next year'],
    ['empty', ''],
    ['a number', 32472144000000],
    ['a list', ['2999-01-01T00:00:00Z']],
    ['a year too far', '9999-12-31T23:59:59-01:00'],
  ])('400 for an expiry: %s', async (_, expires_at) => {
    await expectRefused({ expires_at }, 'expires_at', /^Expiry must be a date and time with its time zone/);
  });

  test('201 for ranges, which are stored in one form, each once', async () => {
    const asked = ['192.0.2.7', '192.0.2.9/24', '192.0.2.0/24', '2001:DB8::1/32', '::1', '::ffff:10.0.0.1'];
    expect(await made(person, { allowed_cidrs: asked })).toMatchObject({
      allowed_cidrs: ['192.0.2.7/32', '192.0.2.0/24', '2001:db8::/32', '::1/128', '10.0.0.1/32'],
    });
  });

  test.each<[string, unknown, RegExp | string]>([
    ['a text', '10.0.0.0/8', 'Address ranges must be an array of strings, or null for anywhere.'],
    ['numbers', [10], 'Address ranges must be an array of strings, or null for anywhere.'],
    ['none', [], /^Address ranges must not be empty.*null for anywhere\.$/],
    ['fifty-one', Array.from({ length: 51 }, (_, n) => `10.0.0.${n}`), /^Address ranges must be at most 50/],
    ['a name', ['::1', 'example.com'], /^Address range 2 must be an IP address or a CIDR range/],
    ['too many bits', ['10.0.0.0/33'], /^Address range 1 must be /],
    ['half an address', ['10.0/16'], /^Address range 1 must be /],
    ['a zone', ['fe80::1%eth0'], /^Address range 1 must be /],
  ])('400 for ranges: %s', async (_, allowed_cidrs, detail) => {
    await expectRefused({ allowed_cidrs }, 'allowed_cidrs', detail);
  });

  test('400 names every field that is wrong', async () => {
    const wrong = { token_name: '', scopes: [], expires_at: 'soon', allowed_cidrs: ['home'] };
    const answer = await person.post(CREATE).send(wrong);
    expectProblem(answer, 400, 'validation_failed');
    const errors = answer.body.errors as { field: string }[];
    expect(errors.map(({ field }) => field)).toEqual(Object.keys(wrong));
    expect(JSON.stringify(answer.body)).not.toMatch(/soon|home/);
  });
});

describe('POST /v1/current_user/tokens/create, with TOKENS_MAX_LIFETIME_DAYS', () => {
  test('400 for a token that would live longer, or for ever; 201 up to that millisecond', async () => {
    await withApp({ env: { TOKENS_MAX_LIFETIME_DAYS: '90' } }, async (app) => {
      const user = await createUser(app);
      const person = await asPerson(app, user);
      const lastMoment = app.clock.now().getTime() + 90 * DAY_MS;
      const expires_at = new Date(lastMoment).toISOString();
      expect(await made(person, { expires_at })).toMatchObject({ expires_at });
      const refusedFor = async (client: Client, asked: object) => {
        const answer = await client.post(CREATE).send({ token_name: 'Old', ...asked });
        expectProblem(answer, 400, 'validation_failed');
        expect(answer.body.errors).toEqual([{ field: 'expires_at', detail: answer.body.detail }]);
        return answer.body.detail as string;
      };
      const required = 'Expiry is required. A token may live for at most 90 days.';
      expect(await refusedFor(person, {})).toBe(required);
      expect(await refusedFor(person, { expires_at: null })).toBe(required);
      const late = { expires_at: new Date(lastMoment + 1).toISOString() };
      expect(await refusedFor(person, late)).toBe('Expiry must be at most 90 days from now.');
      // Made before there was a maximum: it lives on, but makes nothing that lives as long.
      const program = asProgram(app, await createToken(app, user));
      expect(await refusedFor(program, {})).toBe(required);
      await program.post(CREATE).send({ token_name: 'Short', expires_at }).expect(201);
    });
  });
});
