import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until.js';
import { Connections } from './connections.js';
import { Judge } from './judge.js';
import type { Ledger } from './ledger.js';
import { Verifier } from './verifier.js';
import { Writer } from './writer.js';

export interface LoadOptions {
  readonly verifiers?: number;
  readonly writers?: number;
}

/** So that clients that are turned away do not take the machine's whole time. */
const PAUSE_MS = 5;
/** Nor those that find nobody there. */
const RECONNECT_MS = 200;

/** Many clients at work at the same time, and a judge of every answer they get. */
export class Load {
  readonly judge = new Judge();
  private readonly connections: Connections;
  private readonly verifier: Verifier;
  private readonly writer: Writer;
  private readonly clients: Promise<void>[];
  private stopping = false;

  constructor(url: string, cookie: string, ledger: Ledger, { verifiers = 16, writers = 4 }: LoadOptions) {
    this.connections = new Connections(url);
    this.verifier = new Verifier(this.connections, ledger, this.judge);
    this.writer = new Writer(this.connections, ledger, this.judge, cookie);
    this.clients = [
      ...Array.from({ length: verifiers }, () => this.repeat(() => this.verifier.verify())),
      ...Array.from({ length: writers }, () => this.repeat(() => this.writer.write())),
    ];
  }

  /** Resolves when that many more verifications, and writes, were turned away or cut off. */
  async untilTroubled(verifications: number, writes: number): Promise<void> {
    const { verifications: asked, writes: written } = this.judge;
    const [fromAsked, fromWritten] = [troubles(asked), troubles(written)];
    await until(
      () => troubles(asked) >= fromAsked + verifications && troubles(written) >= fromWritten + writes,
    );
  }

  /** Resolves when that many more verifications, and writes, were done. */
  async untilServed(verifications: number, writes: number): Promise<void> {
    const from = [this.judge.verifications.done, this.judge.writes.done] as const;
    await until(
      () =>
        this.judge.verifications.done >= from[0] + verifications &&
        this.judge.writes.done >= from[1] + writes,
    );
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
    this.connections.close();
  }

  private get cuts(): number {
    return this.judge.verifications.cut + this.judge.writes.cut;
  }

  private async repeat(work: () => Promise<void>): Promise<void> {
    while (!this.stopping) {
      const before = this.cuts;
      await work();
      await delay(this.cuts === before ? PAUSE_MS : RECONNECT_MS);
    }
  }
}

const troubles = ({ unavailable, cut }: Judge['verifications']): number => unavailable + cut;
