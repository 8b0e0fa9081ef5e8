import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';

const DEFAULT_DATABASE = 'mysql://root@127.0.0.1:3306/latchkey_bench';

const specification = {
  tokens: { type: 'string', default: '1000000' },
  rounds: { type: 'string', default: '11' },
  seconds: { type: 'string', default: '1' },
  connections: { type: 'string', default: '64' },
  only: { type: 'string', default: '' },
  out: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
};

/** @throws {Error} of one line for what is not understood */
export function readOptions() {
  const { values } = parseArgs({ options: specification });
  const whole = (name, most) => {
    const value = /^\d{1,9}$/.test(values[name]) ? Number(values[name]) : 0;
    if (value < 1 || value > most) throw new Error(`--${name} must be a whole number from 1 to ${most}.`);
    return value;
  };
  const only = values.only.split(',').filter(Boolean);
  return {
    tokens: whole('tokens', 100_000_000),
    rounds: whole('rounds', 100),
    seconds: whole('seconds', 600),
    connections: whole('connections', 1000),
    out: resolve(values.out),
    databaseUrl: process.env.DATABASE_URL || DEFAULT_DATABASE,
    /** @param {import('../rows.mjs').Row} row */
    isWanted: ({ id, label }) =>
      only.length === 0 ||
      only.some((part) => id.includes(part) || label.toLowerCase().includes(part.toLowerCase())),
  };
}
