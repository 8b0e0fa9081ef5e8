import { statSync } from 'node:fs';
import { measure } from './measure.mjs';
import { mariaDbRoundTripMs, sqliteRoundTripMs } from './round-trip.mjs';
import { startUpSeconds } from './start-up.mjs';

/** Each row is under load so long before the first round, so that its code is compiled and its caches are full. */
const WARM_UP_SECONDS = 2;
const START_UPS = 5;

/**
 * Sets everything up and measures every row once in each round.
 * @param {import('./stage.mjs').Stage} stage
 * @param {import('../rows.mjs').Row[]} rows
 * @param {ReturnType<import('./options.mjs').readOptions>} options
 * @param {(line: string) => void} say
 */
export async function runRounds(stage, rows, { rounds, seconds }, say) {
  const { mariadb } = stage;
  const databasePid = await mariadb.pid();
  const databaseSettings = await mariadb.settings();
  say('starting the service on empty databases');
  const startUps = await startUpSeconds(stage.directory, START_UPS);
  await stage.setUp(rows);

  /** @type {Record<string, import('./measure.mjs').Sample[]>} */
  const samples = Object.fromEntries(rows.map(({ id }) => [id, []]));
  /** @type {Record<string, number[]>} */
  const roundTripsMs = {};
  for (const [at, row] of rows.entries()) {
    say(`warming up ${at + 1}/${rows.length} ${row.label}, ${row.connections}`);
    await measure(row, stage, { seconds: Math.min(WARM_UP_SECONDS, seconds), seed: 0, databasePid });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, ms] of await roundTrips(stage, rows)) (roundTripsMs[name] ??= []).push(ms);
    for (const row of rotated(rows, round, rounds)) {
      const sample = await measure(row, stage, { seconds, seed: round + 1, databasePid });
      samples[row.id].push(sample);
      say(`${round + 1}/${rounds} ${row.label}, ${row.connections}: ${summary(sample)}`);
    }
  }
  return {
    samples,
    roundTripsMs,
    startUpSeconds: startUps,
    databasePid,
    databaseSettings,
    databaseSizes: await sizes(stage),
  };
}

/** No row always follows the same one right after the start of a round. */
function rotated(rows, round, rounds) {
  const first = Math.floor((round * rows.length) / rounds);
  return [...rows.slice(first), ...rows.slice(0, first)];
}

function summary({ perSecond, p50Ms, p99Ms, statements }) {
  const ofDatabase = statements === null ? '' : `, ${statements.toFixed(3)} statements/request`;
  return `${Math.round(perSecond).toLocaleString('en')}/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms${ofDatabase}`;
}

/** By name; those through the proxy show that it delays as much as it says. */
async function roundTrips(stage, rows) {
  const times = [];
  if (stage.hasSqlite) times.push(['sqlite', await sqliteRoundTripMs(stage.sqlitePath)]);
  if (stage.directUrl) times.push(['mysql', await mariaDbRoundTripMs(stage.directUrl)]);
  for (const delayMs of new Set(rows.flatMap((row) => row.delayMs ?? []))) {
    stage.setDelay(delayMs);
    times.push([`through the proxy with ${delayMs} ms`, await mariaDbRoundTripMs(stage.proxiedUrl)]);
  }
  return times;
}

const sizes = async ({ hasSqlite, sqlitePath, serviceDatabase, mariadb }) => ({
  sqlite: hasSqlite ? statSync(sqlitePath).size : undefined,
  mysql: serviceDatabase && (await mariadb.sizeOf(serviceDatabase)),
});
