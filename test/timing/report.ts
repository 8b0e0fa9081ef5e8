import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';
import type { Engine } from '../support/database.js';
import type { Timed } from './questions.js';
import { mean, quantile, type Samples, TELLS_APART, welchT } from '../harness/statistics.js';

/** As dudect does: what the machine did besides shows in the slowest samples, and hides the rest. */
const CROPPED_AT = 0.95;

const ENGINES = { sqlite: 'SQLite', mysql: 'MariaDB' };

export interface Result {
  readonly engine: Engine;
  readonly question: string;
  readonly timed: Timed;
}

interface Pair {
  readonly kinds: readonly [string, string];
  readonly raw: number;
  readonly cropped: number;
}

/** Pairs that can be told apart, in words. */
export function tellingPairs(results: readonly Result[]): string[] {
  return results.flatMap(({ engine, question, timed }) =>
    pairsOf(timed)
      .filter(({ raw, cropped }) => isTelling(raw) || isTelling(cropped))
      .map(({ kinds, raw, cropped }) => {
        return `${ENGINES[engine]}, ${question}: ${kinds.join(' and ')} differ, t ${two(raw)}, cropped ${two(cropped)}`;
      }),
  );
}

/** docs/timing.md */
export function timingPage(results: readonly Result[]): string {
  const telling = tellingPairs(results);
  return `# Timing

Whoever is refused must not learn from the time it took what there is. Written by \`npm run test:timing\`, which asks the built service over one connection, one request after the other, in blocks that have each kind once in an order drawn anew, and compares each two kinds by Welch's t. From |t| = ${TELLS_APART} on they are held to differ; then the command fails.

${telling.length === 0 ? 'No two kinds could be told apart.' : `**Told apart:** ${telling.join('; ')}.`}

| | |
| --- | --- |
| date | ${new Date().toISOString()} |
| commit | ${commit()} |
| machine | ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.platform} ${release()}, Node ${process.version} |

Every refused token has a secret of the right form that nothing has, and an id that is right after the last one (unknown), of a deleted, a live or an expired token. Every sign-in has a wrong password. The time is from the first byte sent to the first received. "Cropped" leaves out what took longer than ${CROPPED_AT * 100}% of all samples of the question, as [dudect](https://github.com/oreparaz/dudect) does: there, a machine busy with something else weighs less.
${results.map(section).join('')}`;
}

function section({ engine, question, timed }: Result): string {
  const rows = Object.entries(timed).map(
    ([kind, samples]) =>
      `| ${kind} | ${samples.length} | ${us(mean(samples))} | ${us(quantile(samples, 0.5))} | ${us(quantile(samples, CROPPED_AT))} |`,
  );
  const pairs = pairsOf(timed).map(
    ({ kinds, raw, cropped }) => `| ${kinds.join(' / ')} | ${two(raw)} | ${two(cropped)} |`,
  );
  return `
## ${ENGINES[engine]}, ${question}

| kind | samples | mean µs | median µs | 95% µs |
| --- | --: | --: | --: | --: |
${rows.join('\n')}

| pair | t | t, cropped |
| --- | --: | --: |
${pairs.join('\n')}
`;
}

function pairsOf(timed: Timed): Pair[] {
  const limit = quantile(Object.values(timed).flat(), CROPPED_AT);
  const cropped = (samples: Samples) => samples.filter((one) => one <= limit);
  const all = Object.entries(timed);
  return all.flatMap(([kind, samples], at) =>
    all.slice(at + 1).map(([other, others]) => ({
      kinds: [kind, other] as const,
      raw: welchT(samples, others),
      cropped: welchT(cropped(samples), cropped(others)),
    })),
  );
}

const isTelling = (t: number): boolean => !(Math.abs(t) < TELLS_APART);
const two = (value: number): string => value.toFixed(2);
const us = (ms: number): string => (ms * 1000).toFixed(1);

/** With a + where the service differs from it. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', 'src') === '' ? '' : '+');
}
