import { Counter, type Registry } from 'prom-client';

/** One count. prom-client's own counter takes ten times as long, which is too much for every request. */
export class Tally {
  private count = 0;

  add(count = 1): void {
    this.count += count;
  }

  /** @returns what was counted since the last call */
  take(): number {
    const { count } = this;
    this.count = 0;
    return count;
  }
}

export type Labels = Readonly<Record<string, string>>;

/** A counter that gives its counts to prom-client only when somebody reads the metrics. */
export class TalliedCounter {
  private readonly tallies: (readonly [Labels, Tally])[] = [];

  constructor(registry: Registry, name: string, help: string, labelNames: readonly string[]) {
    const { tallies } = this;
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        for (const [labels, tally] of tallies) this.inc({ ...labels }, tally.take());
      },
    });
  }

  /** The count of one combination of labels. Call it once for each, and keep the result. */
  tally(labels: Labels): Tally {
    const tally = new Tally();
    this.tallies.push([labels, tally]);
    return tally;
  }
}

/** A tally for each value of a label. All values are there from the start, with 0. */
export function talliesOf<Value extends string>(
  counter: TalliedCounter,
  label: string,
  values: readonly Value[],
): Readonly<Record<Value, Tally>> {
  const tallies = values.map((value) => [value, counter.tally({ [label]: value })] as const);
  return Object.fromEntries(tallies) as Record<Value, Tally>;
}
