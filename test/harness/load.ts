import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until.js';
import { Connections } from './connections.js';
import { type Deadlines, Judge } from './judge.js';
import type { Ledger } from './ledger.js';
import type { Person } from './person.js';
import { Verifier } from './verifier.js';
import { Writer } from './writer.js';

export interface LoadOptions {
  readonly verifiers?: number;
  /** For each of the people. */
  readonly writers?: number;
  /** Whether they look at once at what has become of what they have written. */
  readonly writersLook?: boolean;
  readonly deadlines?: Deadlines;
  /** How long a client waits that got 503. */
  readonly after503Ms?: number;
}

/** So that clients that are turned away do not take the machine's whole time. */
const PAUSE_MS = 5;
/** Nor those that find nobody there. */
const RECONNECT_MS = 200;

/** Many clients at work at the same time, and a judge of every answer they get. */
export class Load {
  readonly judge: Judge;
  private readonly connections: Connections;
  private readonly clients: Promise<void>[];
  private readonly after503Ms: number;
  private stopping = false;

  constructor(url: string, people: readonly Person[], ledger: Ledger, options: LoadOptions = {}) {
    const { verifiers = 16, writers = 4, writersLook = false, after503Ms = PAUSE_MS } = options;
    this.judge = new Judge(options.deadlines);
    this.after503Ms = after503Ms;
    this.connections = new Connections(url);
    const verifier = new Verifier(this.connections, ledger, this.judge);
    const writing = people.flatMap((person) =>
      Array.from(
        { length: writers },
        () => new Writer(person, this.connections, ledger, verifier, writersLook),
      ),
    );
    this.clients = [
      ...Array.from({ length: verifiers }, () => this.repeat(() => verifier.verify())),
      ...writing.map((writer) => this.repeat(() => writer.write())),
    ];
  }

  /** Resolves when that many more verifications, and writes, were turned away or cut off. */
  async untilTroubled(verifications: number, writes: number): Promise<void> {
    await this.untilMore(({ unavailable, cut }) => unavailable + cut, verifications, writes);
  }

  /** Resolves when that many more verifications, and writes, were done. */
  async untilServed(verifications: number, writes: number): Promise<void> {
    await this.untilMore(({ done }) => done, verifications, writes);
  }

  /** Resolves when the last requests have their answers. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
    this.connections.close();
  }

  private async untilMore(
    count: (tally: Judge['writes']) => number,
    verifications: number,
    writes: number,
  ): Promise<void> {
    const { judge } = this;
    const [asked, written] = [count(judge.verifications), count(judge.writes)];
    await until(
      () => count(judge.verifications) >= asked + verifications && count(judge.writes) >= written + writes,
    );
  }

  private async repeat(work: () => Promise<void>): Promise<void> {
    const { verifications, writes } = this.judge;
    while (!this.stopping) {
      const [cut, unavailable] = [
        verifications.cut + writes.cut,
        verifications.unavailable + writes.unavailable,
      ];
      await work();
      if (verifications.cut + writes.cut > cut) await delay(RECONNECT_MS);
      else
        await delay(
          verifications.unavailable + writes.unavailable > unavailable ? this.after503Ms : PAUSE_MS,
        );
    }
  }
}
