import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  InvalidTokenError,
  LatchkeyClient,
  LatchkeyConfigurationError,
  type LatchkeyClientOptions,
  MissingScopeError,
  VerificationUnavailableError,
} from '../../client/src/index.js';
import { IntrospectionService } from '../../src/introspection/introspection.service.js';
import {
  createToken,
  createUser,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
} from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

describe('latchkey-client, with the real service', () => {
  const app = useApp();
  let user: TestUser;
  let service: TestToken;
  let client: LatchkeyClient;
  /** The tokens of each request that was sent. */
  let sent: string[][];
  /** Requests of any kind. */
  let requests: number;

  const connect = (options: Partial<LatchkeyClientOptions> = {}) =>
    new LatchkeyClient({
      url: app.url,
      token: service.plainText,
      deadlineMs: 60_000,
      ...options,
    });

  beforeAll(async () => {
    user = await createUser(app);
    service = await createToken(app, user, { scopes: ['tokens:introspect'] });
    app.app.getHttpServer().on('request', () => {
      requests += 1;
    });
    const introspection = app.app.get(IntrospectionService);
    const introspectAll = introspection.introspectAll.bind(introspection);
    jest.spyOn(introspection, 'introspectAll').mockImplementation((questions) => {
      sent.push(questions.map(({ token }) => token));
      return introspectAll(questions);
    });
  });
  beforeEach(() => {
    sent = [];
    requests = 0;
    client = connect();
  });
  afterEach(() => client.close());

  test('says whose a good token is, and what it may do', async () => {
    const expiresAt = new Date(Math.ceil(app.clock.now().getTime() / 1000) * 1000 + 3_600_000);
    const token = await createToken(app, user, { name: 'Nightly', scopes: ['a:*', 'b'], expiresAt });
    expect(await client.verify(token.plainText)).toEqual({
      userId: String(user.id),
      email: user.email,
      name: user.name,
      tokenId: token.id,
      tokenName: 'Nightly',
      scopes: ['a:*', 'b'],
      expiresAt,
      issuedAt: new Date(Math.floor(app.clock.now().getTime() / 1000) * 1000),
    });
  });

  test('has null for the end of a token that never expires', async () => {
    const { plainText } = await createToken(app, user);
    expect(await client.verify(plainText)).toMatchObject({ expiresAt: null, scopes: ['*'] });
  });

  test('InvalidTokenError for a wrong secret, an unknown id and an expired token', async () => {
    const token = await createToken(app, user);
    const expired = await createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() - 1000) });
    for (const text of [`${token.id}|${UNKNOWN_SECRET}`, `999999|${UNKNOWN_SECRET}`, expired.plainText]) {
      await expect(client.verify(text)).rejects.toThrow(InvalidTokenError);
    }
    expect(sent).toHaveLength(3);
  });

  test.each([
    '',
    'abc',
    '1|',
    '|abc',
    '1|a b',
    '1|a\n',
    `1|${'a'.repeat(199)}`,
    undefined as unknown as string,
  ])('InvalidTokenError for %j, without asking', async (text) => {
    await expect(client.verify(text)).rejects.toThrow(InvalidTokenError);
    expect(sent).toEqual([]);
  });

  test('MissingScopeError names the first scope that is missing', async () => {
    const { plainText } = await createToken(app, user, { scopes: ['projects:*'] });
    await client.verify(plainText, { scopes: ['projects:read', 'projects:write:all'] });
    const refused = client.verify(plainText, { scopes: ['projects:read', 'billing:read', 'user:read'] });
    await expect(refused).rejects.toThrow(MissingScopeError);
    await expect(refused).rejects.toMatchObject({ scope: 'billing:read' });
  });

  test('a token that is bound to addresses is good from those alone', async () => {
    const { plainText } = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
    expect(await client.verify(plainText, { clientIp: '192.0.2.7' })).toMatchObject({ name: user.name });
    await expect(client.verify(plainText, { clientIp: '198.51.100.1' })).rejects.toThrow(InvalidTokenError);
    await expect(client.verify(plainText)).rejects.toThrow(InvalidTokenError);
  });

  test('TypeError for an address that is none', async () => {
    const { plainText } = await createToken(app, user);
    await expect(client.verify(plainText, { clientIp: 'localhost' })).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  test('nothing is remembered: a deleted token is refused by the very next question', async () => {
    const token = await createToken(app, user);
    await client.verify(token.plainText);
    await asProgram(app, token).delete(`/v1/current_user/tokens/${token.id}`).expect(204);
    await expect(client.verify(token.plainText)).rejects.toThrow(InvalidTokenError);
    expect(sent).toEqual([[token.plainText], [token.plainText]]);
  });

  test('1,000 questions at once are one request, and each gets the answer to its own', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, at) => createToken(app, user, { name: `Token ${at}` })),
    );
    const bad = Array.from({ length: 960 }, (_, at) => `${1_000_000 + at}|${UNKNOWN_SECRET}`);
    // Good ones spread among bad ones.
    const asked = bad.flatMap((text, at) => {
      const token = at % 24 === 0 ? tokens[at / 24] : undefined;
      return token === undefined ? [text] : [text, token.plainText];
    });
    const answers = await Promise.allSettled(asked.map((text) => client.verify(text)));
    expect(sent.map(({ length }) => length)).toEqual([1000]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    for (const [at, answer] of answers.entries()) {
      const token = tokens.find(({ plainText }) => plainText === asked[at]);
      if (token === undefined) expect(answer).toMatchObject({ reason: expect.any(InvalidTokenError) });
      else expect(answer).toMatchObject({ value: { tokenId: token.id } });
    }
  });

  test('a token asked about many times at once is sent once, and nobody shares an answer', async () => {
    const { plainText, id } = await createToken(app, user);
    const answers = await Promise.all(Array.from({ length: 500 }, () => client.verify(plainText)));
    expect(sent).toEqual([[plainText]]);
    for (const answer of answers) expect(answer.tokenId).toBe(id);
    expect(new Set(answers).size).toBe(500);
    expect(new Set(answers.map(({ scopes }) => scopes)).size).toBe(500);
  });

  test('LatchkeyConfigurationError where the own token is not accepted', async () => {
    const { plainText } = await createToken(app, user);
    const stranger = connect({ token: `999999|${UNKNOWN_SECRET}` });
    const refused = stranger.verify(plainText);
    await expect(refused).rejects.toThrow(LatchkeyConfigurationError);
    await expect(refused).rejects.toThrow(VerificationUnavailableError);
    await expect(refused).rejects.toThrow("Latchkey does not accept this service's own token.");
    expect(requests).toBe(1);
  });

  test('LatchkeyConfigurationError where the own token lacks its scope, which * does not include', async () => {
    const { plainText } = await createToken(app, user);
    const refused = connect({ token: plainText }).verify(plainText);
    await expect(refused).rejects.toThrow(LatchkeyConfigurationError);
    await expect(refused).rejects.toThrow("This service's own token lacks the scope tokens:introspect.");
    expect(requests).toBe(1);
  });
});
