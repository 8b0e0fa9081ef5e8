import { createConnection } from 'mysql2/promise';
import { fromService } from './service-packages.mjs';
import { median } from './statistics.mjs';

const Sqlite = fromService('libsql');

const COUNT = 500;

/** What one statement costs at the least: the median of SELECT 1, one after the other, in milliseconds. */
async function medianMs(ask) {
  const times = [];
  for (let count = 0; count < COUNT; count += 1) {
    const before = performance.now();
    await ask();
    times.push(performance.now() - before);
  }
  return median(times);
}

/** @param {string} uri */
export async function mariaDbRoundTripMs(uri) {
  const connection = await createConnection({ uri });
  try {
    return await medianMs(() => connection.query('SELECT 1'));
  } finally {
    await connection.end();
  }
}

/** @param {string} path */
export async function sqliteRoundTripMs(path) {
  const database = new Sqlite(path);
  try {
    const statement = database.prepare('SELECT 1');
    return await medianMs(() => statement.get());
  } finally {
    database.close();
  }
}
