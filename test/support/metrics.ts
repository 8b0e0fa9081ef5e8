/** One line of what Prometheus reads: a series, and its value. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function seriesOf(metrics: string): Series[] {
  return metrics
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, key, text]) => [key, text])),
        value: Number(value),
      };
    });
}

/** The sum of the series of that name with those labels; 0 where there is none. */
export function valueOf(
  metrics: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const matching = seriesOf(metrics).filter(
    (series) =>
      series.name === name && Object.entries(labels).every(([key, value]) => series.labels[key] === value),
  );
  return matching.reduce((sum, { value }) => sum + value, 0);
}
