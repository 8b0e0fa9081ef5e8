import { beforeAll, describe, expect, test } from '@jest/globals';
import { badTokens } from '../support/bad-tokens.js';
import {
  createToken,
  createUser,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
} from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const BATCH = '/v1/introspect/batch';
const INACTIVE = { active: false };

const app = useApp();
let user: TestUser;
let token: TestToken;
let service: Client;

beforeAll(async () => {
  user = await createUser(app);
  token = await createToken(app, user, { scopes: ['projects:read', 'projects:write'] });
  const introspector = await createToken(app, await createUser(app), { scopes: ['tokens:introspect'] });
  service = asProgram(app, introspector);
});

describe('POST /v1/introspect/batch', () => {
  const askAll = (body: object) => service.post(BATCH).send(body);

  test('200: an answer for each, in the order asked, the same token twice included', async () => {
    const good = await Promise.all(Array.from({ length: 20 }, () => createToken(app, user)));
    const bad = (await badTokens(app, user)).map(([, presented]) => presented);
    const mixed = [...good, ...good].flatMap(({ plainText }, at) => [plainText, bad[at % bad.length] ?? '']);
    const answer = await askAll({ tokens: mixed }).expect(200);
    expect(answer.body).toEqual(
      [...good, ...good].flatMap(({ id }) => [
        expect.objectContaining({ active: true, token_id: id }),
        INACTIVE,
      ]),
    );
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('200: a thousand of the greatest length', async () => {
    const long = `9007199254740991|${'p'.repeat(32)}${UNKNOWN_SECRET}`;
    const tokens = Array.from({ length: 1000 }, (_, at) => (at === 700 ? token.plainText : long));
    const { body } = await askAll({ tokens }).expect(200);
    expect(body).toHaveLength(1000);
    expect(body[700]).toMatchObject({ token_id: token.id });
  });

  test('a thousand tokens are two statements', async () => {
    const tokens = Array.from({ length: 1000 }, (_, at) => `${at + 1}|${UNKNOWN_SECRET}`);
    app.forgetStatements();
    await askAll({ tokens }).expect(200);
    // One more is about the token that asks.
    expect(app.statements.filter((sql) => sql.includes('FROM personal_access_tokens t JOIN'))).toHaveLength(
      3,
    );
  });

  test('200: one address for all of them', async () => {
    const { plainText } = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
    const from = async (client_ip?: string): Promise<unknown> =>
      (await askAll({ tokens: [plainText], client_ip }).expect(200)).body[0].active;
    expect([await from('192.0.2.7'), await from('192.0.3.7'), await from()]).toEqual([true, false, false]);
  });

  test('200: an address for each, or none', async () => {
    const { plainText } = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
    const client_ips = ['192.0.2.7', '198.51.100.7', null, '192.0.2.8'];
    const { body } = await askAll({ tokens: client_ips.map(() => plainText), client_ips }).expect(200);
    expect(body).toMatchObject([true, false, false, true].map((active) => ({ active })));
  });

  test.each<[string, object, string]>([
    [
      'both',
      { tokens: ['x'], client_ip: '::1', client_ips: ['::1'] },
      'Send client_ip or client_ips, not both.',
    ],
    ['fewer addresses', { tokens: ['x', 'y'], client_ips: ['::1'] }, 'client_ips must be as many as tokens.'],
    [
      'more addresses',
      { tokens: ['x'], client_ips: ['::1', '::1'] },
      'client_ips must be as many as tokens.',
    ],
    [
      'addresses that are none',
      { tokens: ['x'], client_ips: ['here'] },
      'client_ips must be an array of IP addresses, or null where one is not known.',
    ],
    ['none', {}, 'tokens must be an array of strings.'],
    ['no array', { tokens: 'x' }, 'tokens must be an array of strings.'],
    ['a number', { tokens: ['x', 5] }, 'tokens must be an array of strings.'],
    ['null', { tokens: [null] }, 'tokens must be an array of strings.'],
    ['a list in the list', { tokens: [['x']] }, 'tokens must be an array of strings.'],
    ['zero', { tokens: [] }, 'tokens must be 1 to 1000, not 0.'],
    ['1,001', { tokens: Array(1001).fill('x') }, 'tokens must be 1 to 1000, not 1001.'],
    ['an address that is none', { tokens: ['x'], client_ip: 'here' }, 'client_ip must be an IP address.'],
    ['an odd zone', { tokens: ['x'], client_ip: 'fe80::1%eth-0' }, 'client_ip must be an IP address.'],
    ['an address that is null', { tokens: ['x'], client_ip: null }, 'client_ip must be an IP address.'],
    ['an unknown field', { tokens: ['x'], ip: '192.0.2.1' }, 'Unknown field ip.'],
  ])('400 for %s', async (_, body, detail) => {
    const answer = await askAll(body);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.detail).toBe(detail);
  });

  test('415 for a form', async () => {
    const answer = await service.post(BATCH).type('form').send('tokens=x');
    expectProblem(answer, 415, 'unsupported_media_type');
    expect(answer.body.detail).toBe('Send the body as application/json.');
  });

  test('413 for more', async () => {
    expectProblem(await askAll({ tokens: ['x'.repeat(300_000)] }), 413, 'body_too_large');
  });
});
