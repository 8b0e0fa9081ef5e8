import type { Judge } from './judge.js';
import type { Ledger } from './ledger.js';

/** What one scenario came to. */
export interface Figures {
  readonly faults: number;
  readonly judge: Judge;
  readonly ledger: Ledger;
  readonly lost: readonly string[];
  /** More that this scenario has to say. */
  readonly more?: string;
}

/** One line for whoever reads the run; Jest's own output goes the same way. */
export function print(scenario: string, { faults, judge, ledger, lost, more }: Figures): void {
  const { verifications: asked, writes } = judge;
  const parts = [
    `faults: ${faults}`,
    `requests: ${judge.requests}`,
    `verified: ${asked.done}, refused: ${asked.refused}, 503: ${asked.unavailable}, cut: ${asked.cut}`,
    `slowest: ${Math.round(asked.slowestMs)} ms`,
    `writes acknowledged: ${writes.done}, 503: ${writes.unavailable}, cut: ${writes.cut}`,
    `slowest: ${Math.round(writes.slowestMs)} ms`,
    `wrong answers: ${judge.violated}`,
    `compared: ${ledgerLine(ledger)}; lost: ${lost.length}`,
    ...(more === undefined ? [] : [more]),
  ];
  say(`${scenario}: ${parts.join('; ')}`);
}

/** The whole ledger, for the database holds what earlier scenarios did, too. */
const ledgerLine = ({ acknowledged: { created, rotated, deleted } }: Ledger): string =>
  `${created} created, ${rotated} rotated, ${deleted} deleted`;

export const say = (line: string): void => {
  process.stderr.write(`  ${line}\n`);
};
