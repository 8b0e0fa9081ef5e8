import { afterAll, beforeAll } from '@jest/globals';
import type { TestDatabase } from '../../support/database.js';
import { Stage, type StageOptions } from './stage.js';

/** A database, and a service on it. */
export interface Setting<Database> {
  readonly database: Database;
  readonly stage: Stage;
}

/** Sets the stage for the tests of this file or group. @param options what else the service is told, or how */
export function withStage<Database extends TestDatabase>(
  create: () => Promise<Database>,
  options?: (database: Database) => Partial<StageOptions> | Promise<Partial<StageOptions>>,
): Setting<Database> {
  let database: Database | undefined;
  let stage: Stage | undefined;
  const started = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('The service has not started.');
    return thing;
  };
  beforeAll(async () => {
    database = await create();
    stage = await Stage.start({ databaseUrl: database.url, ...(await options?.(database)) });
  });
  afterAll(async () => {
    await stage?.stop();
    await database?.drop();
  });
  return {
    get database() {
      return started(database);
    },
    get stage() {
      return started(stage);
    },
  };
}
