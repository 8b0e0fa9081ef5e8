import { NONE, number } from './numbers.mjs';
import { FLUSH_MS } from './stage.mjs';
import { spread } from './statistics.mjs';

/** How the numbers came about. @param {any} results */
export function methodLines({ machine: { load, pinning }, rounds, tokens, roundTripsMs }) {
  const where = pinning
    ? `kept on processor ${pinning.load}, each server on processor ${pinning.server}; MariaDB and the proxy run where the kernel puts them`
    : 'on the same processors as the servers';
  return [
    `- Load from ${load}, ${where}.`,
    `- All servers are up during the whole run, one of them is under load at a time. After a warm-up, each of the ${rounds} rounds measures every row once, each round in another order.`,
    `- Each database of the service holds ${tokens.toLocaleString('en')} tokens, ten for each user. A row's requests each present one of its tokens at random; an answer other than a success ends the run.`,
    `- The service runs as in production and logs a line for each request, to /dev/null. It writes last-used stamps every ${FLUSH_MS} ms instead of every 5000, and each row is charged with the writes that follow it. The peers log nothing.`,
    '- The internal service runs where the servers do; the Latchkey that it asks shares a processor with the load and, where the kernel puts it there, MariaDB. Its CPU time is not counted.',
    '- A batch asks about 1,000 tokens, on four connections: requests per second of these rows are to be multiplied.',
    '- The tutorial way runs on the same tables. better-auth has 1,000 keys in all; its server loads no user and answers with the key alone.',
    '- CPU is that of the one server process and of MariaDB, all threads. Statements are counted by MariaDB, for all its clients.',
    `- A round trip (\`SELECT 1\`, one after the other, median): ${roundTrips(roundTripsMs)}.`,
  ];
}

const ROUND_TRIP_NAMES = { sqlite: 'SQLite', mysql: 'MariaDB' };

const roundTrips = (roundTripsMs) =>
  Object.entries(roundTripsMs)
    .map(([name, times]) => `${ROUND_TRIP_NAMES[name] ?? name} ${number(spread(times)?.median ?? NaN)} ms`)
    .join(', ');

/** Where. @param {any} results */
export function machineLines({ machine, samples, databasePid, databaseSizes }) {
  const { commit, database } = machine;
  const durable = `\`innodb_flush_log_at_trx_commit\` ${database.innodb_flush_log_at_trx_commit}`;
  return [
    `- ${machine.date}, commit ${commit}${commit.endsWith('+') ? ' with uncommitted changes' : ''}`,
    `- ${machine.processors} × ${machine.processor}, ${machine.memoryGb} GB, ${machine.kernel}, Node.js ${machine.node}`,
    `- MariaDB ${database.version} as it was found: buffer pool ${megabytes(database.innodb_buffer_pool_size)}, ${durable}, binary log ${database.log_bin}${databasePid === undefined ? '; its process cannot be seen, hence no CPU time of it' : ''}`,
    `- the service's tables in MariaDB: ${megabytes(databaseSizes.mysql)}, its SQLite file: ${megabytes(databaseSizes.sqlite)}`,
    `- other clients of MariaDB: at most ${others(samples)} statements a second during the rows that send none`,
    `- service: ${listed(machine.service)}`,
    `- peers: ${listed(machine.peers)}`,
  ];
}

const megabytes = (bytes) =>
  bytes === undefined ? NONE : `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MB`;

function others(samples) {
  const seen = Object.values(samples)
    .flat()
    .flatMap(({ othersPerSecond }) => othersPerSecond ?? []);
  return seen.length === 0 ? NONE : number(Math.max(...seen));
}

const listed = (versions) =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
