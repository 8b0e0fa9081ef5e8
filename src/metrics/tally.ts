import {
  Counter,
  type Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
} from 'prom-client';

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

  /** In the form of Prometheus, where each bucket includes those below it. */
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
 * A histogram that is cheap enough for every request. The one of prom-client looks up labels and buckets for each
 * observation, and cannot be given finished counts. So this is a metric of our own, in the form that a registry reads.
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
    // The registry only needs `name` and `get`, and the sum over workers needs `aggregator` in what `get` returns. But
    // the types ask for one of prom-client's own classes.
    registry.registerMetric(this as unknown as Histogram);
  }

  /** Call it once for each combination of labels, and keep the result. */
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
