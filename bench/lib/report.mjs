import { SERVERS } from '../rows.mjs';
import { chart } from './chart.mjs';
import { machineLines, methodLines } from './notes.mjs';
import { NONE, number } from './numbers.mjs';
import { spread } from './statistics.mjs';

/** @param {import('./statistics.mjs').Spread | undefined} of */
const range = (of) => (of === undefined ? NONE : `${number(of.min)} – ${number(of.max)}`);

const table = (head, lines) =>
  [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** @param {import('../figures.mjs').Figure} figure */
function figureLine({ name, direction, target, unit, measured, isReached }) {
  const verdict = isReached === undefined ? 'not measured' : isReached ? 'reached' : '**not reached**';
  const withUnit = (value) => (unit === '' ? value : `${value} ${unit}`);
  return [
    name,
    target === undefined ? NONE : withUnit(`${direction} ${Number(target.toFixed(3))}`),
    measured === undefined ? NONE : withUnit(number(measured.median)),
    range(measured),
    verdict,
  ];
}

/** @param {import('../rows.mjs').Row} row @param {import('./measure.mjs').Sample[]} samples */
function rowLine({ label, connections }, samples) {
  const of = (key) => spread(samples.map((sample) => sample[key]));
  const middle = (key) => {
    const known = of(key);
    return known === undefined ? NONE : number(known.median);
  };
  return [
    label,
    connections,
    middle('perSecond'),
    range(of('perSecond')),
    ...['p50Ms', 'p99Ms', 'serverCpuUs', 'databaseCpuUs', 'statements', 'memoryMb'].map(middle),
  ];
}

const ROW_HEAD = [
  'row',
  'connections',
  'requests/s',
  'min – max',
  'p50 ms',
  'p99 ms',
  'CPU µs per request',
  'MariaDB CPU µs per request',
  'statements per request',
  'peak MB',
];

/** @param {any} results */
export function markdown(results) {
  const { rows, samples, figures, rounds, seconds } = results;
  const rowLines = rows.map((row) => rowLine(row, samples[row.id]));
  return `# Results

Written by \`npm run bench\`. How to read it: [README](README.md). Every number: [results.json](results.json).

## Figures

${table(['figure', 'target', 'measured', 'min – max', ''], figures.map(figureLine))}

Each is computed from the rows of one and the same round; the median of ${rounds} rounds counts. Bearer is the row with 1,000 tokens, unless it says otherwise. What limits those that are not reached: [limits](limits.md).

![Requests per second](results.svg)

## Rows

${table(ROW_HEAD, rowLines)}

Medians of ${rounds} rounds of ${seconds} s.

## Method

${methodLines(results).join('\n')}

## Machine

${machineLines(results).join('\n')}
`;
}

/** @param {any} results */
export function svg({ rows, samples }) {
  const bars = rows
    .filter(({ connections }) => connections > 1)
    .map(({ id, label, server, connections }) => ({
      label: `${label} (${connections})`,
      kind: SERVERS[server].isLatchkey ? 'service' : SERVERS[server].database ? 'peer' : 'limit',
      perSecond: spread(samples[id].map(({ perSecond }) => perSecond)),
    }));
  return chart('Requests per second (connections)', bars);
}
