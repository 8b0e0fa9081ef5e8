import { beforeAll, describe, expect, test } from '@jest/globals';
import { LastUsed } from '../../src/tokens/verification/last-used.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { rotate } from '../support/rotation.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';
const TOKENS = `${ME}/tokens`;

describe('which secret was used', () => {
  const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });
  let user: TestUser;
  let person: Client;

  const flush = () => app.app.get(LastUsed).flush();

  /** Told from memory and, once it is written, from the database: the same. */
  async function expectBody(id: number, expected: object): Promise<void> {
    for (let n = 0; n < 2; n += 1) {
      const { body } = await person.get(`${TOKENS}/${id}`).expect(200);
      expect(body).toMatchObject(expected);
      await flush();
    }
  }

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  const use = (token: string, address: string) =>
    asProgram(app, token).get(ME).set('X-Forwarded-For', address).expect(200);

  test('is null before any use', async () => {
    const token = await createToken(app, user);
    await expectBody(token.id, { last_used_secret: null, previous_secret_last_used_at: null });
    await rotate(person, token.id);
    await expectBody(token.id, { last_used_secret: null, previous_secret_last_used_at: null });
  });

  test.each([
    ['that was written before the rotation', true],
    ['that was still in memory then', false],
  ])('a use %s is one of the previous secret', async (_, isWritten) => {
    const token = await createToken(app, user);
    await use(token.plainText, '192.0.2.1');
    const at = app.clock.now().toISOString();
    if (isWritten) await flush();
    app.clock.advance(1000);
    await rotate(person, token.id, 60);
    await expectBody(token.id, {
      last_used_at: at,
      last_used_secret: 'previous',
      previous_secret_last_used_at: at,
    });
  });

  test('during the overlap, each is told apart, even when both were used since the last write', async () => {
    const token = await createToken(app, user);
    const rotated = await rotate(person, token.id, 60);
    app.clock.advance(1000);
    await use(token.plainText, '192.0.2.1');
    const old = app.clock.now().toISOString();
    app.clock.advance(1000);
    await use(rotated, '192.0.2.2');
    const newest = app.clock.now().toISOString();
    await expectBody(token.id, {
      last_used_at: newest,
      last_used_ip: '192.0.2.2',
      last_used_secret: 'current',
      previous_secret_last_used_at: old,
    });
    app.clock.advance(1000);
    await use(token.plainText, '192.0.2.3');
    await expectBody(token.id, {
      last_used_ip: '192.0.2.3',
      last_used_secret: 'previous',
      previous_secret_last_used_at: app.clock.now().toISOString(),
    });
  });

  test('what another instance has written is kept: neither stamp moves back', async () => {
    const token = await createToken(app, user);
    const rotated = await rotate(person, token.id, 3600);
    app.clock.advance(1000);
    await use(token.plainText, '192.0.2.1');
    const ours = app.clock.now();
    const later = new Date(ours.getTime() + 60_000);
    const tokens = app.dataSource.getRepository(PersonalAccessToken);
    await tokens.update(token.id, { lastUsedAt: later, lastUsedIp: '192.0.2.9' });
    await expectBody(token.id, {
      last_used_at: later.toISOString(),
      last_used_ip: '192.0.2.9',
      last_used_secret: 'current',
      previous_secret_last_used_at: ours.toISOString(),
    });
    await tokens.update(token.id, { previousSecretLastUsedAt: later });
    app.clock.advance(1000);
    await use(token.plainText, '192.0.2.1');
    await use(rotated, '192.0.2.1');
    await expectBody(token.id, {
      last_used_ip: '192.0.2.9',
      previous_secret_last_used_at: later.toISOString(),
    });
  });
});
