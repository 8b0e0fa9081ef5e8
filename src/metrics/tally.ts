import {
  Counter,
  type Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
} from 'prom-client';

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

/** The observations of one combination of labels. */
export class Observations {
  private readonly counts: Float64Array;
  private sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
    counts[at] = (counts[at] ?? 0) + 1;
    this.sum += value;
  }

  /** As Prometheus wants them: each bucket has the ones below it, too. */
  values(name: string, labels: Labels): MetricValueWithName[] {
    let total = 0;
    const buckets = [...this.bounds, '+Inf'].map((le, at) => {
      total += this.counts[at] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: { ...labels }, value: this.sum },
      { metricName: `${name}_count`, labels: { ...labels }, value: total },
    ];
  }
}

type MetricValueWithName = MetricValue<string> & { metricName: string };

/**
 * A histogram that every request may observe: prom-client's own works out labels and buckets anew each time,
 * and has no way to be handed counts. So this one is a metric of its own, in the shape the registry reads.
 */
export class TalliedHistogram {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly children: (readonly [Labels, Observations])[] = [];

  constructor(
    registry: Registry,
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
  ) {
    // The registry asks its metrics for nothing but `name` and `get`, and whatever adds up workers for `aggregator` of
    // what `get` returns; the types know prom-client's own classes only.
    registry.registerMetric(this as unknown as Histogram);
  }

  /** To be asked for once, and kept. */
  child(labels: Labels): Observations {
    const observations = new Observations(this.bounds);
    this.children.push([labels, observations]);
    return observations;
  }

  get(): Promise<MetricObjectWithValues<MetricValueWithName>> {
    const { name, help, type, aggregator } = this;
    const values = this.children.flatMap(([labels, observations]) => observations.values(name, labels));
    return Promise.resolve({
      name,
      help,
      type,
      aggregator,
      values,
    } as unknown as MetricObjectWithValues<MetricValueWithName>);
  }
}
