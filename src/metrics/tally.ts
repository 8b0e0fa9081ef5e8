import { Counter, type Registry } from 'prom-client';

/** One count, on the path of requests: prom-client itself takes ten times as long to add one. */
export class Tally {
  private count = 0;

  add(count = 1): void {
    this.count += count;
  }

  /** @returns what was counted since the last time */
  take(): number {
    const { count } = this;
    this.count = 0;
    return count;
  }
}

export type Labels = Readonly<Record<string, string>>;

/** A counter whose counts are handed over to prom-client when somebody reads them. */
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

  /** The count of one combination of labels. To be asked for once, and kept. */
  tally(labels: Labels): Tally {
    const tally = new Tally();
    this.tallies.push([labels, tally]);
    return tally;
  }
}

/** A counter by one label with few values, all of which are there from the start, at 0. */
export function talliesOf<Value extends string>(
  counter: TalliedCounter,
  label: string,
  values: readonly Value[],
): Readonly<Record<Value, Tally>> {
  const tallies = values.map((value) => [value, counter.tally({ [label]: value })] as const);
  return Object.fromEntries(tallies) as Record<Value, Tally>;
}
