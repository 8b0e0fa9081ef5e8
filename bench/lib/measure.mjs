import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { SERVERS } from '../rows.mjs';
import { answerOf } from './answer.mjs';
import { putUnderLoad } from './load.mjs';
import { cpuUs, peakMemoryMb, resetPeakMemory } from './usage.mjs';

const PATIENCE_MS = 10_000;

/**
 * @typedef {object} Sample what one measurement saw; null where it could not be seen
 * @property {number} requests
 * @property {number} perSecond
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number | null} serverCpuUs for each request
 * @property {number | null} databaseCpuUs for each request
 * @property {number | null} statements for each request, those that follow it included
 * @property {number | null} selects
 * @property {number | null} updates
 * @property {number | null} memoryMb peak
 * @property {number | null} othersPerSecond statements of other clients, seen where this row itself sends none
 */

/**
 * Puts the server of a row under load and watches it and its database.
 * @param {import('../rows.mjs').Row} row
 * @param {import('./stage.mjs').Stage} stage
 * @param {{ seconds: number, seed: number, databasePid: number | undefined }} options
 * @returns {Promise<Sample>}
 */
export async function measure(row, stage, { seconds, seed, databasePid }) {
  const { pid, origin } = stage.server(row.server);
  const load = { url: origin + row.path, ...stage.headerOf(row) };
  if (row.delayMs !== undefined) stage.setDelay(row.delayMs);
  await checkAnswer(load);

  const onMariaDb = SERVERS[row.server].database === 'mysql';
  const look = async () => ({
    server: cpuUs(pid),
    database: onMariaDb ? cpuUs(databasePid) : undefined,
    statements: await stage.mariadb.statements(),
  });
  resetPeakMemory(pid);
  const before = await look();
  const outcome = await putUnderLoad({ ...load, connections: row.connections, seconds, seed });
  const memoryMb = peakMemoryMb(pid) ?? null;
  await delay(stage.settlingMs(row));
  const after = await look();

  const { requests } = outcome;
  const each = (from, to) => (from === undefined || to === undefined ? null : (to - from) / requests);
  // The question after the measurement counts itself.
  const statements = after.statements.all - before.statements.all - 1;
  const ofDatabase = (count) => (onMariaDb ? count / requests : null);
  return {
    requests,
    perSecond: requests / outcome.seconds,
    p50Ms: outcome.p50Us / 1000,
    p99Ms: outcome.p99Us / 1000,
    serverCpuUs: each(before.server, after.server),
    databaseCpuUs: each(before.database, after.database),
    statements: ofDatabase(statements),
    selects: ofDatabase(after.statements.selects - before.statements.selects),
    updates: ofDatabase(after.statements.updates - before.statements.updates),
    memoryMb,
    othersPerSecond: onMariaDb ? null : statements / outcome.seconds,
  };
}

/** A benchmark of wrong answers would be a fast one. */
async function checkAnswer({ url, header, file, bodyFile }) {
  const firstOf = (path) => readFileSync(path, 'utf8').split('\n', 1)[0];
  const response = await fetch(url, {
    ...(bodyFile && { method: 'POST', body: firstOf(bodyFile) }),
    headers: {
      ...(header && { [header]: firstOf(file) }),
      ...(bodyFile && { 'content-type': 'application/json' }),
    },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = await response.text();
  if (!response.ok || !isRight(response, body)) {
    throw new Error(`${url} answered ${response.status} ${body.slice(0, 1000)}`);
  }
}

/** The user, who it is in the headers, or a thousand good tokens. */
function isRight({ headers }, body) {
  if (body === '') return headers.has('x-auth-user-id');
  const answer = JSON.parse(body);
  if (Array.isArray(answer)) return answer.length === 1000 && answer.every(({ active }) => active);
  return Object.keys(answer).join() === Object.keys(answerOf(1)).join();
}
