import { randomInt, randomUUID } from 'node:crypto';
import type { Connections } from './connections.js';
import type { Entry, Ledger } from './ledger.js';
import { type Person, tokenIn } from './person.js';
import type { Verifier } from './verifier.js';

/** How many tokens live at once, about. */
const POPULATION = 100;

/** A create that may be sent again: the service sees to it that a second attempt makes no second token. */
interface Create {
  readonly name: string;
  readonly key: string | undefined;
}

/** Creates, rotates and deletes tokens. */
export class Writer {
  /** Nobody knows yet what became of it. */
  private open: Create | undefined;

  /**
   * @param person for whom tokens are created
   * @param looks whether it looks at once at what has become of a token
   */
  constructor(
    private readonly person: Person,
    private readonly connections: Connections,
    private readonly ledger: Ledger,
    private readonly verifier: Verifier,
    private readonly looks: boolean,
  ) {}

  /** One write. */
  async write(): Promise<void> {
    const which = randomInt(10);
    const entry = this.ledger.any('live');
    if (entry === undefined || (which < 5 && this.ledger.count('live') < POPULATION)) await this.create();
    else if (which < 7) await this.delete(this.ledger.any('doubtful') ?? entry);
    else await this.rotate(entry);
  }

  /** First the one that is open, if there is one. */
  private async create(): Promise<void> {
    const again = this.open;
    const key = randomInt(2) === 0 ? undefined : randomUUID();
    const create = again ?? { name: randomUUID(), key };
    const outcome = await this.actor(this.person).create({ token_name: create.name }, create.key);
    const isAnswered = this.verifier.judge.write(outcome, again === undefined ? [201] : [201, 409]);
    const isPromised = isAnswered && outcome.body.includes('idempotency_replayed');
    const isCreated = isAnswered && outcome.status === 201;
    const isSettled = isCreated || isPromised;
    this.open = isSettled || create.key === undefined ? undefined : create;
    this.ledger.doubtfulNames[isSettled ? 'delete' : 'add'](create.name);
    if (isPromised) this.ledger.promisedNames.add(create.name);
    if (!isCreated) return;
    await this.look(this.ledger.created(create.name, this.person, tokenIn(outcome)), 200);
  }

  private async delete(entry: Entry): Promise<void> {
    // An earlier request may have deleted it, and its answer got lost.
    const accepted = entry.fate === 'doubtful' ? [204, 404] : [204];
    this.ledger.move(entry, 'changing');
    const outcome = await this.actor(entry.owner).delete(entry.id);
    if (!this.verifier.judge.write(outcome, accepted)) {
      this.ledger.move(entry, 'doubtful');
      return;
    }
    this.ledger.deleted(entry);
    await this.look(entry, 401);
  }

  private async rotate(entry: Entry): Promise<void> {
    this.ledger.move(entry, 'changing');
    const outcome = await this.actor(entry.owner).rotate(entry.id);
    if (!this.verifier.judge.write(outcome, [200])) {
      this.ledger.move(entry, 'doubtful');
      return;
    }
    this.ledger.rotated(entry, tokenIn(outcome));
    await this.look(entry, 200);
  }

  private async look(entry: Entry, expected: 200 | 401): Promise<void> {
    if (this.looks) await this.verifier.check(entry, expected);
  }

  private readonly actor = (person: Person): Person => person.through(this.connections);
}
