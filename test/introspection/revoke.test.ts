import { beforeAll, describe, expect, test } from '@jest/globals';
import { TokenRepository } from '../../src/tokens/token.repository.js';
import {
  createToken,
  createUser,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
  secretOf,
} from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';

const NOTHING_REVOKED = 'false';

/** How people and files spoil a token that is good. */
const PASTED: [string, (token: string) => string][] = [
  ['a line break behind it', (token) => `${token}\n`],
  ['a line break of Windows', (token) => `${token}\r\n`],
  ['spaces and tabs around it', (token) => ` \t${token} `],
  ['a byte order mark before it', (token) => `\uFEFF${token}`],
  ['a no-break space', (token) => `\u00A0${token}\u202F`],
  ['characters that nobody sees', (token) => `\u200B${token}\u2060\u00AD\0`],
  ['an invisible character within', (token) => token.replace('|', '\u200B|\u200B')],
  ['the word Bearer', (token) => `Bearer ${token}`],
  ['the whole header', (token) => `Authorization: bearer   ${token}\r\n`],
  ['double quotes', (token) => `"${token}"`],
  ['typographic quotes', (token) => `„${token}“`],
  ['the answer that handed it out', (token) => `{"token":"${token}"}`],
  ['JSON that escapes the bar', (token) => `"${token.replace('|', '\\u007c')}"`],
  ['a line of a file of settings', (token) => `export API_TOKEN='${token}' # the old one`],
  ['backquotes', (token) => `\`${token}\``],
  ['angle brackets', (token) => `<${token}>`],
  ['a full stop', (token) => `${token}.`],
  ['a bar that is escaped for a table', (token) => token.replace('|', '\\|')],
  ['an escape of an address', (token) => token.replace('|', '%7C')],
  [
    'an escape of an address, in small letters, with its scheme',
    (token) => `Bearer%20${token.replace('|', '%7c')}`,
  ],
  ['an escape of an escape', (token) => token.replace('|', '%257C')],
  [
    'a parameter of an address',
    (token) => `https://example.com/?access_token=${token.replace('|', '%7C')}&a=1`,
  ],
  ['an entity of HTML', (token) => token.replace('|', '&#124;')],
  ['an entity of HTML, by name', (token) => token.replace('|', '&vert;')],
  ['a mail that breaks lines', (token) => `${token.slice(0, 20)}\r\n    ${token.slice(20)}`],
];

describe('POST /v1/revoke', () => {
  const app = useApp();
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  const revoke = (presented: string) =>
    app.request().post('/v1/revoke').type('form').send({ token: presented });
  const made = (overrides: Parameters<typeof createToken>[2] = {}) => createToken(app, user, overrides);
  const exists = async ({ id }: TestToken) =>
    (await (await asPerson(app, user)).get(`${ME}/tokens/${id}`)).status === 200;

  test('200 with an empty body: the token is dead at once, with what it made', async () => {
    const parent = await made();
    const child = await made({ parentId: parent.id });
    const answer = await revoke(parent.plainText).expect(200);
    expect([answer.text, answer.headers['content-length'], answer.headers['cache-control']]).toEqual([
      '',
      '0',
      'no-store',
    ]);
    for (const token of [parent, child]) {
      expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
    }
  });

  test.each(PASTED)('200, and it is dead: a token with %s', async (_, pasted) => {
    const token = await made();
    const answer = await revoke(pasted(token.plainText)).expect(200);
    expect([answer.text, answer.headers['latchkey-revoked']]).toEqual(['', 'true']);
    expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
  });

  test('200 for one of a disabled user', async () => {
    const token = await createToken(app, await createUser(app, { disabledAt: app.clock.now() }));
    const { headers } = await revoke(token.plainText).expect(200);
    expect(headers['latchkey-revoked']).toBe('true');
  });

  test('400 for two tokens, which are both left alone; twice the same one is one', async () => {
    const [one, other] = [await made(), await made()];
    const answer = await revoke(`${one.plainText}\n${other.plainText}`);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect([await exists(one), await exists(other)]).toEqual([true, true]);
    await revoke(`${one.plainText}\n${one.plainText}`).expect(200);
    expect([await exists(one), await exists(other)]).toEqual([false, true]);
  });

  test('a hostile text costs nearly nothing', async () => {
    const startedAt = process.cpuUsage();
    for (const part of [' ', '%', '%7', '1', '1|', 'a', '\\', '&#', '\u200B', '1|a ']) {
      const { status } = await revoke(`x${part.repeat(1500 / part.length)}x`);
      expect(status).toBe(200);
    }
    const { user: micros } = process.cpuUsage(startedAt);
    expect(micros / 1000).toBeLessThan(500);
  });

  test('200 for one that is unknown, deleted, malformed or of another kind, and nothing happens', async () => {
    const token = await made();
    const gone = await made();
    await revoke(gone.plainText).expect(200);
    for (const presented of [
      gone.plainText,
      `${token.id}|${UNKNOWN_SECRET}`,
      `99999|${UNKNOWN_SECRET}`,
      'nonsense',
    ]) {
      const answer = await revoke(presented).expect(200);
      expect([answer.text, answer.headers['latchkey-revoked']]).toEqual(['', NOTHING_REVOKED]);
    }
    await asProgram(app, token).get(ME).expect(200);
  });

  test('200 for one that is expired, or presented from an address that it may not be used from', async () => {
    const tokens = [
      await made({ expiresAt: app.clock.now() }),
      await made({ allowedCidrs: ['192.0.2.0/24'] }),
    ];
    for (const token of tokens) {
      await revoke(token.plainText).expect(200);
      expect(await exists(token)).toBe(false);
    }
  });

  test('200 for the secret before, during its overlap; the token is deleted whole', async () => {
    const token = await made();
    const { body } = await asProgram(app, token)
      .post(`${ME}/tokens/${token.id}/rotate`)
      .send({ overlap_seconds: 3600 })
      .expect(200);
    app.leaks.remember(secretOf(body.token));
    await revoke(token.plainText).expect(200);
    expectProblem(await asProgram(app, body.token).get(ME), 401, 'invalid_token');
  });

  test('200 for a secret after its overlap: that deletes nothing', async () => {
    const token = await made();
    const { body } = await asProgram(app, token).post(`${ME}/tokens/${token.id}/rotate`).send({}).expect(200);
    app.leaks.remember(secretOf(body.token));
    await revoke(token.plainText).expect(200);
    await asProgram(app, body.token).get(ME).expect(200);
  });

  test('200 with whatever hint, and whoever asks', async () => {
    for (const hint of ['access_token', 'refresh_token', 'nonsense']) {
      const token = await made();
      const form = { token: token.plainText, token_type_hint: hint };
      await app
        .request()
        .post('/v1/revoke')
        .type('form')
        .send(form)
        .set('Authorization', 'Basic x')
        .expect(200);
      expect(await exists(token)).toBe(false);
    }
  });

  test('of parallel ones, one event: the owner finds it in the security log', async () => {
    const token = await made({ name: 'Found in a public repository' });
    await made({ parentId: token.id });
    await Promise.all(Array.from({ length: 10 }, () => revoke(token.plainText).expect(200)));
    const { body } = await (await asPerson(app, user)).get(`${ME}/events?token_id=${token.id}`).expect(200);
    expect(body).toMatchObject([
      {
        kind: 'revoked_by_holder',
        token_name: 'Found in a public repository',
        actor_token_id: token.id,
        detail: 'and 1 descendant',
        address: '127.0.0.1',
      },
    ]);
  });

  test('nothing is recorded by one that comes second', async () => {
    const token = await made();
    const tokens = app.app.get(TokenRepository);
    // Between the check of the secret and the deletion, somebody else deletes it.
    const findSummary = async () => {
      await app.dataSource.query('DELETE FROM personal_access_tokens WHERE id = ?', [token.id]);
      return { name: 'Somebody else was faster', descendants: 0 };
    };
    Object.assign(tokens, { findSummary });
    await revoke(token.plainText).expect(200);
    Reflect.deleteProperty(tokens, 'findSummary');
    const { body } = await (await asPerson(app, user)).get(`${ME}/events?token_id=${token.id}`).expect(200);
    expect(body).toEqual([]);
  });

  test.each([
    '',
    'token=',
    'token=%0A',
    'token=%EF%BB%BF',
    'token=a&token=a',
    'token=a&token_type_hint=b&token_type_hint=c',
  ])('400 invalid_request for the form "%s"', async (form) => {
    const answer = await app
      .request()
      .post('/v1/revoke')
      .set('Content-Type', 'application/x-www-form-urlencoded')
      .send(form);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_request', code: 'invalid_request' });
  });

  test('415 for JSON', async () => {
    expectProblem(await app.request().post('/v1/revoke').send({ token: 'x' }), 415, 'unsupported_media_type');
  });

  test('403 for a page of another site', async () => {
    const token = await made();
    const answer = await revoke(token.plainText)
      .set('Sec-Fetch-Site', 'cross-site')
      .set('Origin', 'https://evil.example');
    expectProblem(answer, 403, 'cross_origin');
    expect(await exists(token)).toBe(true);
  });
});
