import { writeFileSync } from 'node:fs';

/** What a scenario did and found. Names become columns. */
export type Figure = Readonly<Record<string, string | number>>;

const figures: Figure[] = [];

/** `FAULTS=short` makes the runs shorter, not easier. */
export const isShort = process.env.FAULTS === 'short';

export function report(figure: Figure): void {
  figures.push(figure);
}

/** A line for each scenario, on the standard output or in the file that `FIGURES` names. */
export function publish(): void {
  const lines = figures.map(({ scenario, ...rest }) => {
    const parts = Object.entries(rest).map(([name, value]) => `${name}: ${value}`);
    return `- ${scenario}: ${parts.join(', ')}`;
  });
  const text = `${lines.join('\n')}\n`;
  if (process.env.FIGURES) writeFileSync(process.env.FIGURES, text);
  else process.stdout.write(`\n${text}\n`);
}
