import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { mintSecret } from '../../../src/tokens/verification/token-secret.js';
import type { Token } from '../../harness/person.js';
import { until } from '../../support/until.js';
import { FORGED_IDENTITY, FORGED_ORIGIN } from './forged.js';
import type { GatewayProgram } from './programs.js';
import type { Stage } from './stage.js';

/** One place, which is `/projects` to most services. */
const SPELLINGS = ['/projects', '/projects/', '/projects/1?scope=user:read', '/PROJECTS/1', '/projects%20'];

/** Of the right form, so that only the database can say that no token has it. */
const UNKNOWN_SECRET = mintSecret('').secret;

export function refuses(stage: () => Stage, { twoTokens }: GatewayProgram): void {
  let token: Token;
  beforeAll(async () => {
    token = await stage().token({ scopes: ['user:read'] });
  });
  afterEach(() => {
    expect(stage().upstream.received).toEqual([]);
  });
  /** @returns the status and the challenge */
  const refusal = async (question: Parameters<Stage['ask']>[0]) => {
    const { status, headers } = await stage().ask(question);
    return [status, headers['www-authenticate']];
  };
  const INVALID = [401, 'Bearer realm="latchkey", error="invalid_token"'];
  const LACKING = [403, 'Bearer realm="latchkey", error="insufficient_scope", scope="projects:read"'];

  test('without a token', async () => {
    expect(await refusal({})).toEqual([401, 'Bearer realm="latchkey"']);
    expect(await refusal({ path: '/projects' })).toEqual([401, 'Bearer realm="latchkey"']);
  });

  test('without a token, whatever the client says it is', async () => {
    expect(await refusal({ headers: FORGED_IDENTITY })).toEqual([401, 'Bearer realm="latchkey"']);
  });

  test('with a token that is none', async () => {
    expect(await refusal({ token: `${token.id}|${UNKNOWN_SECRET}` })).toEqual(INVALID);
    const question = { token: `${token.id}|${UNKNOWN_SECRET}`, headers: FORGED_IDENTITY };
    expect(await refusal(question)).toEqual(INVALID);
  });

  test.each(['HEAD', 'POST', 'OPTIONS'])('%s without a token', async (method) => {
    expect(await refusal({ method })).toEqual([401, 'Bearer realm="latchkey"']);
  });

  test('with a body, unread', async () => {
    const body = Buffer.from('{"name":"x"}');
    expect(await refusal({ method: 'POST', body })).toEqual([401, 'Bearer realm="latchkey"']);
  });

  test.each(SPELLINGS)('without the scope that a place requires: %s', async (path) => {
    expect(await refusal({ path, token: token.plainText })).toEqual(LACKING);
  });

  test('without the scope, whatever the client says it asked for', async () => {
    const headers = [...FORGED_ORIGIN, ...FORGED_IDENTITY];
    expect(await refusal({ path: '/projects', token: token.plainText, headers })).toEqual(LACKING);
  });

  test('with two Authorization headers', async () => {
    const headers = [['Authorization', `Bearer ${token.plainText}`]] as const;
    const [status] = await refusal({ token: token.plainText, headers });
    const [other] = await refusal({ token: `1|${UNKNOWN_SECRET}`, headers });
    expect([status, other]).toEqual([twoTokens, twoTokens]);
  });

  test.each(['access_token', 'token'])('with the token in the query as %s', async (name) => {
    const [status] = await refusal({ path: `/?${name}=${encodeURIComponent(token.plainText)}` });
    expect(status).toBe(401);
  });

  test('from an address that the token may not be used from', async () => {
    const bound = await stage().token({ allowed_cidrs: ['192.0.2.0/24'] });
    const question = { token: bound.plainText };
    const expected = [401, expect.stringContaining('may not be used from this address')];
    expect(await refusal(question)).toEqual(expected);
    const headers = [
      ['X-Forwarded-For', '192.0.2.7'],
      ['X_Forwarded_For', '192.0.2.7'],
      ['Forwarded', 'for=192.0.2.7'],
      ['X-Real-IP', '192.0.2.7'],
    ] as const;
    expect(await refusal({ ...question, headers })).toEqual(expected);
  });

  test('and Latchkey logs what was asked for, not what the client says', async () => {
    const path = `/asked/${token.id}`;
    await stage().ask({ method: 'PUT', path: `${path}?key=secret`, headers: FORGED_ORIGIN });
    const logged = () => stage().latchkey.log.filter((line) => line.original_path === path);
    await until(() => logged().length > 0);
    expect(logged()).toEqual([expect.objectContaining({ status: 401, original_method: 'PUT' })]);
    expect(stage().latchkey.lines.join('\n')).not.toMatch(/forged|key=secret/i);
  });
}
