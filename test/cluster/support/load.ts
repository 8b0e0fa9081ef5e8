import { setTimeout as delay } from 'node:timers/promises';
import { mintSecret } from '../../../src/tokens/verification/token-secret.js';
import { type Answer, type Client, idOf, tokenIn } from './client.js';
import type { Entry, Ledger, Outcome } from './ledger.js';

/** Between the requests of one client, so that a machine with two processors can also run a cluster. */
const PAUSE_MS = 5;
/** A client that got 503 comes again a little later, sooner than it was told, to see more of it. */
const AFTER_503_MS = 100;
/** How often a create with an idempotency key is sent at most. */
const ATTEMPTS = 50;

/** What `fetch` says of a connection that the other side closed before it answered. */
const CLOSED = 'other side closed';

let marks = 0;

/**
 * Clients that create, check, rotate and delete tokens without end, note what they are told, and find fault with
 * every answer that is not 2xx, a 401 for a bad token, or a 503 with `Retry-After`.
 */
export class Load {
  readonly answers: Answer[] = [];
  /** Answers that must not be. */
  readonly faults: string[] = [];
  private stopping = false;
  private readonly running: Promise<void>[];

  /** @param writesMayBreak whether a write may end without an answer, its connection closed */
  constructor(
    clients: readonly Client[],
    private readonly ledger: Ledger,
    private readonly writesMayBreak = false,
  ) {
    this.running = clients.map((client) => this.run(client));
  }

  /** Resolves when the last requests have their answers. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.running);
  }

  /** How many of each status. */
  get statuses(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status } of this.answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  /** The longest time in which nothing succeeded, in milliseconds. */
  get outageMs(): number {
    const ends = this.answers
      .filter(({ status }) => status >= 200 && status < 300)
      .map(({ endedAt }) => endedAt)
      .sort((one, other) => one - other);
    return Math.round(Math.max(0, ...ends.slice(1).map((end, at) => end - (ends[at] ?? end))));
  }

  private async run(client: Client): Promise<void> {
    while (!this.stopping) await this.live(client);
  }

  /** The life of one token. */
  private async live(client: Client): Promise<void> {
    marks += 1;
    const entry = this.ledger.add({ mark: `mark-${process.pid}-${marks}`, created: 'unknown' });
    await this.create(client, entry, marks % 2 === 0);
    if (entry.token === undefined) return;
    const first = entry.token;
    await this.expectGood(client, first);
    await this.expectRefused(client, `${idOf(first)}|${mintSecret('').secret}`, 'a forged secret');
    if (marks % 3 !== 0) await this.rotate(client, entry);
    if (entry.rotated === 'acknowledged') {
      await this.expectRefused(client, first, 'a secret before its rotation');
      await this.expectGood(client, entry.token);
    }
    if (marks % 5 < 3) await this.delete(client, entry);
  }

  private async create(client: Client, entry: Entry, withKey: boolean): Promise<void> {
    const key = withKey ? entry.mark : undefined;
    for (let attempt = 1; attempt <= (withKey ? ATTEMPTS : 1) && !this.stopping; attempt += 1) {
      const answer = await this.note(client.create(entry.mark, key));
      if (answer.status === 201) {
        entry.created = 'acknowledged';
        entry.token = tokenIn(answer);
        return;
      }
      // Done, but the answer with the secret was lost; or not known yet.
      const repeated = withKey && attempt > 1 && answer.status === 409;
      if (repeated && answer.body.includes('idempotency_replayed')) {
        entry.created = 'acknowledged';
        return;
      }
      if (!repeated) this.outcome(answer, 201, 'creating');
    }
  }

  private async rotate(client: Client, entry: Entry): Promise<void> {
    const answer = await this.note(client.rotate(idOf(entry.token ?? '')));
    entry.rotated = this.outcome(answer, 200, 'rotating');
    if (entry.rotated === 'acknowledged') entry.token = tokenIn(answer);
  }

  private async delete(client: Client, entry: Entry): Promise<void> {
    const answer = await this.note(client.delete(idOf(entry.token ?? '')));
    entry.deleted = this.outcome(answer, 204, 'deleting');
    if (entry.deleted === 'acknowledged') {
      await this.expectRefused(client, entry.token ?? '', 'a deleted token');
    }
  }

  private outcome(answer: Answer, success: number, what: string): Outcome {
    const broke = answer.status === 0 && answer.body.endsWith(CLOSED);
    if (!(broke && this.writesMayBreak)) this.expect(answer, [success], what);
    return answer.status === success ? 'acknowledged' : 'unknown';
  }

  private async expectGood(client: Client, token: string): Promise<void> {
    this.expect(await this.note(client.check(token)), [200], 'a good token');
  }

  private async expectRefused(client: Client, token: string, what: string): Promise<void> {
    this.expect(await this.note(client.check(token)), [401], what);
  }

  private expect({ status, retryAfter, body }: Answer, right: readonly number[], what: string): void {
    if (right.includes(status) || (status === 503 && /^\d+$/.test(retryAfter ?? ''))) return;
    this.faults.push(`${what}: ${status} ${body.slice(0, 300)}`);
  }

  private async note(asked: Promise<Answer>): Promise<Answer> {
    const answer = await asked;
    this.answers.push(answer);
    await delay(answer.status === 503 ? AFTER_503_MS : PAUSE_MS);
    return answer;
  }
}
