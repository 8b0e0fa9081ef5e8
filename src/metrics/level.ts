import { Gauge, type Registry } from 'prom-client';

/** A gauge whose value is asked for when somebody reads the metrics. */
export class Level {
  private readNow: () => number = () => 0;

  constructor(registry: Registry, name: string, help: string) {
    const read = () => this.readNow();
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** @param read gives the value; it must be cheap and must not fail */
  of(read: () => number): void {
    this.readNow = read;
  }
}
