/** The figures to reach. Each is computed for each round from the rows of that round; its median counts. */

import { tool } from './lib/load.mjs';
import { SERVERS } from './rows.mjs';
import { spread } from './lib/statistics.mjs';

const ALONE_SLACK_MS = 0.1;

/**
 * @typedef {object} Results
 * @property {import('./rows.mjs').Row[]} rows
 * @property {Record<string, import('./lib/measure.mjs').Sample[]>} samples by row, one for each round
 * @property {Record<string, number[]>} roundTripsMs by what was asked, one for each round
 * @property {number[]} startUpSeconds
 * @property {number} rounds
 * @property {number} connections
 * @property {number} tokens
 */

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {'at least' | 'at most'} direction
 * @property {number | undefined} target
 * @property {string} unit
 * @property {import('./lib/statistics.mjs').Spread | undefined} measured undefined where it was not
 * @property {boolean | undefined} isReached
 */

/** @param {Results} results @returns {Figure[]} */
export function figures(results) {
  const { rows, samples, roundTripsMs, rounds, connections, tokens } = results;
  const all = `${tokens.toLocaleString('en')} tokens at random / 1,000 tokens`;
  const many = 4 * connections;
  const everyRound = Array.from({ length: rounds }, (_, round) => round);
  /** @returns {(number | null | undefined)[]} */
  const each = (of) => everyRound.map(of);
  const value = (id, round, key) => samples[id]?.[round]?.[key];
  const ratio = (over, under, key = 'perSecond') =>
    each((round) => value(over, round, key) / value(under, round, key));
  const inBatches = (id) => each((round) => 1000 * value(id, round, 'perSecond'));
  const worst = (ids, key) => each((round) => Math.max(...ids.map((id) => value(id, round, key) ?? NaN)));
  /** @returns {(number | null | undefined)[]} none from autocannon, whose milliseconds are whole */
  const added = (engine) =>
    tool === 'wrk'
      ? each(
          (round) =>
            value(`${engine}-thousand-alone`, round, 'p50Ms') -
            value(`${engine}-public-alone`, round, 'p50Ms'),
        )
      : [];
  const atLeast = (name, target, values, unit = '') => figure(name, 'at least', target, values, unit);
  const atMost = (name, target, values, unit = '') => figure(name, 'at most', target, values, unit);
  const aloneTarget = (engine) => {
    const roundTrip = spread(roundTripsMs[engine] ?? []);
    return roundTrip && roundTrip.median + ALONE_SLACK_MS;
  };
  const ofLatchkey = rows.filter(({ server }) => SERVERS[server].isLatchkey).map(({ id }) => id);

  return [
    atLeast('bearer with one hot token / public route, SQLite', 0.93, ratio('sqlite-hot', 'sqlite-public')),
    atLeast('bearer with one hot token / public route, MariaDB', 0.85, ratio('mysql-hot', 'mysql-public')),
    atLeast('bearer / public route, SQLite', 0.93, ratio('sqlite-thousand', 'sqlite-public')),
    atLeast('bearer / public route, MariaDB', 0.85, ratio('mysql-thousand', 'mysql-public')),
    atLeast('bearer / bare Fastify, SQLite', 0.55, ratio('sqlite-thousand', 'fastify')),
    atLeast('bearer / bare Fastify, MariaDB', 0.55, ratio('mysql-thousand', 'fastify')),
    atLeast(
      'forward-auth with one hot token / bare Fastify, MariaDB',
      0.85,
      ratio('mysql-verify-hot', 'fastify'),
    ),
    atLeast(
      'forward-auth with 1,000 tokens / bare Fastify, MariaDB',
      0.85,
      ratio('mysql-verify-thousand', 'fastify'),
    ),
    atLeast(
      'introspected in batches, one hot token, MariaDB',
      150_000,
      inBatches('mysql-batch-one'),
      'tokens/s',
    ),
    atLeast(
      `introspected in batches, ${tokens.toLocaleString('en')} tokens at random, MariaDB`,
      150_000,
      inBatches('mysql-batch-all'),
      'tokens/s',
    ),
    atLeast('a service protected by the client / unprotected', 0.6, ratio('service-client', 'service-none')),
    atLeast(
      'a service protected by the client / one introspection for each request',
      undefined,
      ratio('service-client', 'service-each'),
    ),
    atLeast('bearer / the tutorial way', 15, ratio('mysql-thousand', 'tutorial')),
    atLeast('bearer / better-auth on the database', 20, ratio('mysql-thousand', 'better-auth-database')),
    atLeast('bearer / better-auth with keys in memory', 5, ratio('mysql-thousand', 'better-auth-memory')),
    atMost(
      `statements per request at ${connections} connections, last-used included`,
      0.08,
      worst(['mysql-hot', 'mysql-thousand', 'mysql-all'], 'statements'),
    ),
    atLeast(`${all}, SQLite`, 0.9, ratio('sqlite-all', 'sqlite-thousand')),
    atLeast(`${all}, MariaDB`, 0.9, ratio('mysql-all', 'mysql-thousand')),
    atLeast(
      `5 ms to the database / none, ${many} connections`,
      0.5,
      ratio(`delay-5-${many}`, `delay-0-${many}`),
    ),
    atMost(
      'p99 of bearer / of the public route, SQLite',
      2,
      ratio('sqlite-thousand', 'sqlite-public', 'p99Ms'),
    ),
    atMost(
      'p99 of bearer / of the public route, MariaDB',
      2,
      ratio('mysql-thousand', 'mysql-public', 'p99Ms'),
    ),
    atMost('one request alone, added to the p50, SQLite', aloneTarget('sqlite'), added('sqlite'), 'ms'),
    atMost('one request alone, added to the p50, MariaDB', aloneTarget('mysql'), added('mysql'), 'ms'),
    atMost('memory under load, the highest of all rows', 160, worst(ofLatchkey, 'memoryMb'), 'MB'),
    atMost('start to first answer on an empty SQLite database', 1.5, results.startUpSeconds, 's'),
  ];
}

/** @returns {Figure} */
function figure(name, direction, target, values, unit) {
  const measured = values.every(Number.isFinite) ? spread(values) : undefined;
  const isKnown = measured !== undefined && target !== undefined;
  const isReached =
    isKnown && (direction === 'at least' ? measured.median >= target : measured.median <= target);
  return { name, direction, target, unit, measured, isReached: isKnown ? isReached : undefined };
}
