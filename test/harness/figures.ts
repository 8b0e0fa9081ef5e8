import { appendFileSync } from 'node:fs';
import type { Judge } from './judge.js';
import type { Ledger } from './ledger.js';

/** What a scenario did and found, by name. */
export type Figures = Readonly<Record<string, string | number>>;

/** One line for whoever reads the run, or one more in the file that `FIGURES` names. */
export function report(scenario: string, figures: Figures): void {
  const parts = Object.entries(figures).map(([name, value]) => `${name}: ${value}`);
  const line = `${scenario}: ${parts.join('; ')}\n`;
  if (process.env.FIGURES) appendFileSync(process.env.FIGURES, `- ${line}`);
  else process.stderr.write(`  ${line}`);
}

/** The whole ledger, for the database holds what earlier scenarios did, too. */
export function figuresOf(judge: Judge, { acknowledged }: Ledger): Figures {
  const { verifications: asked, writes } = judge;
  const count = ({ unavailable, cut }: typeof asked) => `503: ${unavailable}, cut: ${cut}`;
  const statuses = [...judge.statuses].map(([status, times]) => `${times} × ${status || 'none'}`);
  return {
    requests: judge.answers.length,
    answers: statuses.join(' '),
    verified: `${asked.done}, refused: ${asked.refused}, ${count(asked)}`,
    'slowest verification': `${Math.round(asked.slowestMs)} ms`,
    'writes acknowledged': `${writes.done}, ${count(writes)}`,
    'slowest write': `${Math.round(writes.slowestMs)} ms`,
    'longest time without success': `${judge.outageMs} ms`,
    'wrong answers': judge.violated,
    compared: `${acknowledged.created} created, ${acknowledged.rotated} rotated, ${acknowledged.deleted} deleted`,
  };
}
