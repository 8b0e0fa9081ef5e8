import { randomInt, randomUUID } from 'node:crypto';
import { ORIGIN } from '../support/app.js';
import type { Connections, Outcome } from './connections.js';
import type { Judge } from './judge.js';
import type { Entry, Ledger } from './ledger.js';

const TOKENS = '/v1/current_user/tokens';

/** How many tokens live at once, about. */
const POPULATION = 100;

/** A person, who creates, rotates and deletes tokens. */
export class Writer {
  /** @param cookie of the session */
  constructor(
    private readonly connections: Connections,
    private readonly ledger: Ledger,
    private readonly judge: Judge,
    private readonly cookie: string,
  ) {}

  /** One write. */
  async write(): Promise<void> {
    const which = randomInt(10);
    const entry = this.ledger.any('live');
    if (entry === undefined || (which < 5 && this.ledger.count('live') < POPULATION)) await this.create();
    else if (which < 7) await this.delete(this.ledger.any('doubtful') ?? entry);
    else await this.rotate(entry);
  }

  /** With every other one, the client sees to it that a second attempt makes no second token. */
  async create(): Promise<void> {
    const name = randomUUID();
    const key = randomInt(2) === 0 ? undefined : randomUUID();
    const answer = this.judge.write(await this.sendCreate(name, key), [201]);
    if (answer !== undefined) this.ledger.created(name, tokenIn(answer.body));
    else if (key === undefined) this.doubtName(name);
    else await this.createAgain(name, key);
  }

  /** Nobody knows what became of the first attempt, but the service must. */
  private async createAgain(name: string, key: string): Promise<void> {
    const answer = this.judge.write(await this.sendCreate(name, key), [201, 409]);
    if (answer?.status === 201) this.ledger.created(name, tokenIn(answer.body));
    else if (answer?.body.includes('idempotency_replayed')) this.ledger.promisedNames.add(name);
    else this.doubtName(name);
  }

  private sendCreate(name: string, key: string | undefined): Promise<Outcome> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return this.send('POST', `${TOKENS}/create`, { token_name: name }, headers);
  }

  async delete(entry: Entry): Promise<void> {
    // An earlier request may have deleted it, and its answer got lost.
    const accepted = entry.fate === 'doubtful' ? [204, 404] : [204];
    this.ledger.move(entry, 'changing');
    const answer = this.judge.write(await this.send('DELETE', `${TOKENS}/${entry.id}`), accepted);
    if (answer !== undefined) this.ledger.deleted(entry);
    else this.doubt(entry);
  }

  async rotate(entry: Entry): Promise<void> {
    this.ledger.move(entry, 'changing');
    const answer = this.judge.write(await this.send('POST', `${TOKENS}/${entry.id}/rotate`, {}), [200]);
    if (answer !== undefined) this.ledger.rotated(entry, tokenIn(answer.body));
    else this.doubt(entry);
  }

  private doubt(entry: Entry): void {
    this.ledger.move(entry, 'doubtful');
    this.ledger.doubts += 1;
  }

  private doubtName(name: string): void {
    this.ledger.doubtfulNames.add(name);
    this.ledger.doubts += 1;
  }

  private send(method: string, path: string, body?: unknown, headers = {}): Promise<Outcome> {
    const session = { cookie: this.cookie, origin: ORIGIN };
    return this.connections.ask({ method, path, body, headers: { ...session, ...headers } });
  }
}

const tokenIn = (body: string): string => (JSON.parse(body) as { token: string }).token;
