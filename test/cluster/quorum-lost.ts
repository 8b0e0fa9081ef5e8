import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Figures } from '../harness/figures.js';
import { inLength } from '../support/length.js';
import type { GaleraNode } from '../harness/galera-node.js';
import type { Load } from '../harness/load.js';
import type { Stage } from './support/stage.js';

/** After this, the node that is left knows that it is alone (`evs.inactive_timeout`: 6 s), and all have noticed. */
const NOTICED_MS = 8000;
/** Longer than any timeout of the nodes and of the service. */
const WITHOUT_MS = inLength(8000, 15_000);

/** As an operator who knows that the other two are dead: the one that is left goes on alone, and takes them in. */
async function bootstrap(left: GaleraNode, dead: readonly GaleraNode[]): Promise<void> {
  await left.query("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'");
  for (const node of dead) await node.run();
}

/** As a supervisor that starts them again: when all of the last quorum are there, they have it back. */
async function restart(_: GaleraNode, dead: readonly GaleraNode[]): Promise<void> {
  await Promise.all(dead.map((node) => node.run()));
}

export function quorumLost(stage: () => Stage): void {
  /**
   * Until the node that is left has noticed, it may answer: nothing newer than what it has can be acknowledged.
   * @param kill which nodes, by how far they are from the one in use
   * @returns how many answers there were before it had to have noticed, and after
   */
  const lose = async (load: Load, kill: readonly number[], regain: typeof bootstrap): Promise<Figures> => {
    const { galera, proxy } = stage();
    const inUse = await stage().nodeInUse();
    const dead = kill.map((distance) => galera.node((inUse + distance) % galera.nodes.length));
    const [left] = galera.nodes.filter((node) => !dead.includes(node));
    if (left === undefined) throw new Error('No node is left.');
    await Promise.all(dead.map((node) => node.signal('SIGKILL')));
    const killed = performance.now();
    await delay(NOTICED_MS);
    const noticed = performance.now();
    await delay(WITHOUT_MS);
    const until = performance.now();
    await regain(left, dead);
    await proxy.whenUp();
    const within = (from: number, to: number) =>
      load.judge.answers.filter(({ startedAt, endedAt }) => startedAt > from && endedAt < to);
    const meanwhile = within(noticed, until);
    expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([503]));
    const before = within(killed, noticed).filter(({ status }) => status !== 503).length;
    return {
      killed: kill.length,
      'answers before it was noticed': before,
      'answers without quorum, all 503': meanwhile.length,
    };
  };

  test('two nodes are killed: everything that needs the database gets 503 from when it is noticed until the quorum is back', async () => {
    await stage().underLoad('quorum lost, bootstrapped', (load) => lose(load, [1, 2], bootstrap));
  });

  test('two nodes are killed, the one in use among them, and come back by themselves', async () => {
    await stage().underLoad('quorum lost, restarted', (load) => lose(load, [0, 1], restart));
  });
}
