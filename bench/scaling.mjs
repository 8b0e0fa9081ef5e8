/**
 * What a hundred thousand verifications a second and a billion tokens would ask of Latchkey: the tables of
 * docs/scaling.md, in Markdown. Simulated and calculated, not measured: the costs it starts from are measured
 * (bench/limits.md), and their sum is not.
 */
import process from 'node:process';

const SECOND = 1e6;

/** Microseconds of one processor, of the machine of RESULTS.md (30: MariaDB at random, the table not in memory). */
const COST = { verification: 52, statement: 100, row: 30 };
/** As in src/tokens/verification/token-loader.ts. */
const LOADER = { batchesInFlight: 2, batchSize: 500 };
const RATE = 100_000;
const PROCESSES = 10;
const DATABASE_CORES = 8;

/** Deterministic, so that the tables are the same every time (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Events in the order of time: a binary heap. */
class Agenda {
  #events = [];

  get isEmpty() {
    return this.#events.length === 0;
  }

  add(at, run) {
    const events = this.#events;
    let place = events.push({ at, run }) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (events[above].at <= events[place].at) break;
      [events[above], events[place]] = [events[place], events[above]];
      place = above;
    }
  }

  next() {
    const events = this.#events;
    const [first] = events;
    const last = events.pop();
    if (events.length > 0) {
      events[0] = last;
      for (let place = 0; ;) {
        const below = [2 * place + 1, 2 * place + 2].filter((child) => child < events.length);
        if (below.length === 0) break;
        const least = below.reduce((a, b) => (events[b].at < events[a].at ? b : a));
        if (events[place].at <= events[least].at) break;
        [events[least], events[place]] = [events[place], events[least]];
        place = least;
      }
    }
    return first;
  }
}

/**
 * Processes whose loaders share one database. Requests arrive independently (Poisson), each with another
 * token, which is the worst case for batches.
 * @param roundTrip microseconds to the database and back, without its work
 */
function simulate({ roundTrip, seconds }) {
  const random = randomFrom(1);
  const agenda = new Agenda();
  const end = seconds * SECOND;
  const free = Array(DATABASE_CORES).fill(0);
  const waits = [];
  let [statements, busy] = [0, 0];

  for (let process = 0; process < PROCESSES; process += 1) {
    let waiting = [];
    let inFlight = 0;
    const depart = (now) => {
      while (inFlight < LOADER.batchesInFlight && waiting.length > 0) {
        const batch = waiting.splice(0, LOADER.batchSize);
        inFlight += 1;
        statements += 1;
        const work = COST.statement + COST.row * batch.length;
        const core = free.indexOf(Math.min(...free));
        const begins = Math.max(now + roundTrip / 2, free[core]);
        free[core] = begins + work;
        busy += work;
        agenda.add(free[core] + roundTrip / 2, (at) => {
          inFlight -= 1;
          for (const asked of batch) waits.push(at - asked);
          depart(at);
        });
      }
    };
    const arrive = (now) => {
      waiting.push(now);
      depart(now);
      const next = now - (Math.log(1 - random()) * SECOND * PROCESSES) / RATE;
      if (next < end) agenda.add(next, arrive);
    };
    agenda.add(random() * 100, arrive);
  }
  while (!agenda.isEmpty) {
    const { at, run } = agenda.next();
    run(at);
  }
  waits.sort((a, b) => a - b);
  const at = (share) => waits[Math.floor(share * (waits.length - 1))] / 1000;
  return {
    batch: waits.length / statements,
    statements: statements / seconds,
    cores: busy / end,
    median: at(0.5),
    p99: at(0.99),
  };
}

/** Tokens that are used at least once among so many uses, when the n-th most used is so 1/n as often as the first. */
function distinct(tokens, uses) {
  let [harmonic, used] = [0, 0];
  // Ranks one by one where they matter, then in growing steps, each judged by its middle.
  const ranks = function* () {
    for (let rank = 1; rank <= tokens;) {
      const step = Math.min(Math.max(1, Math.floor(rank / 1000)), tokens - rank + 1);
      yield [rank + (step - 1) / 2, step];
      rank += step;
    }
  };
  for (const [rank, step] of ranks()) harmonic += step / rank;
  for (const [rank, step] of ranks()) used += step * -Math.expm1(-uses / (harmonic * rank));
  return used;
}

const number = (value, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function batches() {
  const rows = [200, 500, 1000, 5000, 30_000, 80_000].map((roundTrip) => {
    const { batch, statements, cores, median, p99 } = simulate({ roundTrip, seconds: 2 });
    return [
      `${number(roundTrip / 1000, 1)} ms`,
      number(batch, 1),
      number(statements),
      number(cores, 1),
      `${number(median, 1)} ms`,
      `${number(p99, 1)} ms`,
    ];
  });
  const heads = [
    'round trip',
    'tokens in a statement',
    'statements a second',
    'database cores busy',
    'a check waits, median',
    'p99',
  ];
  return table(heads, rows);
}

function stamps() {
  const rows = [5, 60, 600, 3600].map((seconds) => {
    const [skewed, even] = [distinct(1e9, RATE * seconds), 1e9 * -Math.expm1((-RATE * seconds) / 1e9)];
    return [
      `${number(seconds * 1000)}`,
      number(skewed / seconds),
      number(even / seconds),
      number(skewed / PROCESSES),
    ];
  });
  const heads = [
    '`BACKGROUND_FLUSH_MS`',
    'rows written a second, few tokens used most',
    'the same, all tokens used alike',
    'waiting in each process, at most',
  ];
  return table(heads, rows);
}

/** Bytes of a row with what InnoDB adds to it; the first is measured with a million tokens, the rest by columns. */
const BYTES = { 'the rows, by id': 175, '(user_id, id)': 26, parent_id: 19, expires_at: 22 };

function sizes() {
  const all = Object.entries({
    ...BYTES,
    'all of it': Object.values(BYTES).reduce((sum, bytes) => sum + bytes, 0),
  });
  const rows = all.map(([what, bytes]) => [
    what,
    ...[1e6, 1e8, 1e9].map((tokens) => gigabytes(bytes * tokens)),
  ]);
  return table(['index', '1 million tokens', '100 million', '1 billion'], rows);
}

const gigabytes = (bytes) => (bytes < 1e9 ? `${number(bytes / 1e6)} MB` : `${number(bytes / 1e9)} GB`);

process.stdout.write(`${[batches(), stamps(), sizes()].join('\n\n')}\n`);
