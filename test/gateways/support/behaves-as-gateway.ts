import { afterAll, beforeAll, beforeEach, describe, test } from '@jest/globals';
import { mistrusts } from './mistrusts.js';
import type { GatewayProgram } from './programs.js';
import { agrees } from './agrees.js';
import { admits } from './admits.js';
import { refuses } from './refuses.js';
import { Stage } from './stage.js';
import { survives } from './survives.js';

/** What every example promises. */
export function behavesAsGateway(program: GatewayProgram): void {
  describe(`The example for ${program.name}`, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await Stage.start(program);
    });
    afterAll(() => stage.stop());
    beforeEach(() => {
      stage.upstream.received.length = 0;
    });

    test(`is a configuration that ${program.name} finds no fault with`, () => stage.gateway.program.check());
    describe('lets requests pass', () => {
      admits(() => stage, program);
    });
    describe('refuses requests', () => {
      refuses(() => stage, program);
    });
    describe('agrees with the service on paths:', () => {
      agrees(() => stage);
    });
    describe('holds', () => {
      survives(() => stage, program);
    });
  });

  describe(`The example for ${program.name} lets nobody pass when Latchkey answers`, () => {
    mistrusts(program);
  });
}
