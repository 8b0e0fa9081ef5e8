import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mintSecret } from '../../src/tokens/verification/token-secret.js';
import { TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createToken, createUser } from '../support/factories.js';
import { Connections } from '../harness/connections.js';
import { ServiceProcess } from '../harness/service.js';

const DELETED = 10_000;
const AT_ONCE = 32;

/** Two processes on one database; what one has deleted, the other must refuse on the very next request. */
describe('a token deleted through one process', () => {
  let database: TestDatabase;
  let one: ServiceProcess;
  let other: ServiceProcess;
  let owner: string;
  let victims: string[];

  beforeAll(async () => {
    database = await createDatabase();
    const app = await TestApp.start({ database });
    const user = await createUser(app);
    owner = (await createToken(app, user)).plainText;
    victims = [];
    for (let from = 0; from < DELETED; from += 500) {
      const minted = Array.from({ length: 500 }, () => mintSecret(''));
      const values = minted.map(() => `(?, 'Victim', ?, '["*"]', '2026-01-01 00:00:00.000')`).join(', ');
      await app.dataSource.query(
        `INSERT INTO personal_access_tokens (user_id, name, secret_hash, scopes, created_at) VALUES ${values}`,
        minted.flatMap(({ hash }) => [user.id, hash]),
      );
      victims.push(...minted.map(({ secret }, n) => `${from + n + 2}|${secret}`));
    }
    await app.stop();
    const env = { DATABASE_URL: database.url, LOG_LEVEL: 'warn' };
    [one, other] = await Promise.all([ServiceProcess.start(env), ServiceProcess.start(env)]);
  });
  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await database.drop();
  });

  /** Under load there may be no room: nothing is claimed then, and a client asks again. */
  const ask = async (of: Connections, token: string, method = 'GET', path = '/v1/current_user') => {
    for (;;) {
      const { status } = await of.ask({ method, path, token });
      if (status !== 503) return status;
    }
  };

  test(`is refused by another on the very next request: ${DELETED} of ${DELETED}, under load`, async () => {
    const [here, there] = [new Connections(one.url), new Connections(other.url)];
    const seen = new Map<string, number>();
    const work = victims.values();
    const revoke = async (): Promise<void> => {
      for (const victim of work) {
        const [id] = victim.split('|');
        const before = await ask(there, victim);
        const deleted = await ask(here, owner, 'DELETE', `/v1/current_user/tokens/${id}`);
        const after = await ask(there, victim);
        const outcome = `${before} ${deleted} ${after}`;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, revoke));
    here.close();
    there.close();
    expect(Object.fromEntries(seen)).toEqual({ '200 204 401': DELETED });
  }, 240_000);
});
