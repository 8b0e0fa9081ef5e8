import { Gauge, type Registry } from 'prom-client';

/** How much there is of something, asked of whoever has it when somebody reads the metrics. */
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

  /** @param read cheap, and never fails */
  of(read: () => number): void {
    this.readNow = read;
  }
}
