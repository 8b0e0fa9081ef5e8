import { type StartOptions, TestApp } from './app.js';
import { createDatabase, type TestDatabase } from './database.js';

/** An app for the length of one test; stopped, too, when the test fails. */
export async function withApp<T>(options: StartOptions, run: (app: TestApp) => Promise<T>): Promise<T> {
  const app = await TestApp.start(options);
  try {
    return await run(app);
  } finally {
    await app.stop();
  }
}

/** A database for apps that follow each other, as after a restart. */
export async function withDatabase(run: (database: TestDatabase) => Promise<void>): Promise<void> {
  const database = await createDatabase();
  try {
    await run(database);
  } finally {
    await database.drop();
  }
}
