import { createPool } from 'mysql2/promise';
import { expect, test } from '@jest/globals';
import { mintSecret } from '../../src/tokens/verification/token-secret.js';
import { Connections, type Outcome } from '../harness/connections.js';
import { report } from '../harness/figures.js';
import { Person, type Token } from '../harness/person.js';
import { inLength } from '../support/length.js';
import { type Stage, signUp } from './support/stage.js';

const DELETED = inLength(1000, 10_000);
const AT_ONCE = 16;
const INSERTED_AT_ONCE = 500;

export function revocationRace(stage: () => Stage): void {
  test(`what one node has deleted, an instance on another never accepts: ${DELETED} times`, async () => {
    const { galera } = stage();
    const instances = await stage().direct();
    const [here, there] = instances.map(({ url }) => new Connections(url)) as [Connections, Connections];
    const owner = await signUp(here);
    const deleting = new Person(here, { token: owner.plainText });
    // The same question to the same node without the wait: what would have been accepted.
    const careless = createPool({
      host: '127.0.0.1',
      port: galera.node(1).port,
      user: 'root',
      database: 'latchkey',
    });
    let stale = 0;
    const seen: Record<string, number> = {};
    const work = (await insertTokens(stage(), owner)).values();
    const revoke = async (): Promise<void> => {
      for (const victim of work) {
        const before = await answered(() => there.present(victim.plainText));
        const deleted = await deleting.delete(victim.id);
        const [after, [rows]] = await Promise.all([
          answered(() => there.present(victim.plainText)),
          careless.query<never[]>('SELECT id FROM personal_access_tokens WHERE id = ?', [victim.id]),
        ]);
        stale += rows.length;
        const outcome = `${before.status} ${deleted.status} ${after.status}`;
        seen[outcome] = (seen[outcome] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, revoke));
    await Promise.all([careless.end(), ...instances.map((instance) => instance.stop())]);
    report('revocation race', {
      'deleted on one node and presented at once on another': DELETED,
      accepted: DELETED - (seen['200 204 401'] ?? 0),
      'still there for a connection that does not wait': stale,
    });
    expect(seen).toEqual({ '200 204 401': DELETED });
  });
}

/** Whatever it is: while a node catches up for too long, nobody knows, and a client asks again. */
async function answered(ask: () => Promise<Outcome>): Promise<Outcome> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
  }
}

/** Tokens of the user who has the given one. */
async function insertTokens({ galera, database }: Stage, { id: owned }: Token): Promise<Token[]> {
  const node = galera.node(0);
  const tokens: Token[] = [];
  const table = `${database}.personal_access_tokens`;
  for (let from = 0; from < DELETED; from += INSERTED_AT_ONCE) {
    const minted = Array.from({ length: Math.min(INSERTED_AT_ONCE, DELETED - from) }, () => mintSecret(''));
    await node.query(
      `INSERT INTO ${table} (user_id, name, secret_hash, scopes, created_at)
       SELECT user_id, 'Victim', v.hash, '["*"]', created_at FROM ${table}
       JOIN (${minted.map(() => 'SELECT ? AS hash').join(' UNION ALL ')}) v WHERE id = ?`,
      [...minted.map(({ hash }) => hash), owned],
    );
    const rows = await node.query<{ id: number; secret_hash: string }>(
      `SELECT id, secret_hash FROM ${table} WHERE secret_hash IN (?)`,
      [minted.map(({ hash }) => hash)],
    );
    const ids = new Map(rows.map(({ id, secret_hash }) => [secret_hash, id]));
    for (const { secret, hash } of minted) {
      const id = Number(ids.get(hash));
      tokens.push({ id, secret, plainText: `${id}|${secret}` });
    }
  }
  return tokens;
}
