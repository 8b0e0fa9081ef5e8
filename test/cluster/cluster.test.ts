import { afterAll, beforeAll, describe } from '@jest/globals';
import { allNodesAtOnce } from './all-nodes-at-once.js';
import { conflictingWrites } from './conflicting-writes.js';
import { firstStart } from './first-start.js';
import { frozenNode } from './frozen-node.js';
import { instanceKilled } from './instance-killed.js';
import { nodeKilled } from './node-killed.js';
import { quorumLost } from './quorum-lost.js';
import { revocationRace } from './revocation-race.js';
import { rollingRestart } from './rolling-restart.js';
import { Stage } from './support/stage.js';

/** One cluster for all scenarios, which each leave it whole. */
describe('three nodes, three instances, and HAProxy before both:', () => {
  let stage: Stage | undefined;
  const onStage = (): Stage => {
    if (stage === undefined) throw new Error('The cluster has not started.');
    return stage;
  };
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(() => stage?.stop());

  firstStart(onStage);
  revocationRace(onStage);
  frozenNode(onStage);
  conflictingWrites(onStage);
  allNodesAtOnce(onStage);
  rollingRestart(onStage);
  instanceKilled(onStage);
  nodeKilled(onStage);
  quorumLost(onStage);
});
