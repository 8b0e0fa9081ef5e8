import { InvalidTokenError } from './errors.js';
import type { Question } from './question.js';
import type { TemporaryFailure } from './transport.js';
import { type IntrospectionBody, verifiedToken } from './verified-token.js';

/** Questions that travel together: all from one address, and each token once, however many ask about it. */
export class Batch {
  /** Of the attempts so far, the last one's. */
  lastFailure: TemporaryFailure | undefined;
  hasDeparted = false;
  readonly #questions = new Map<string, Set<Question>>();
  readonly #given = new AbortController();

  /** @param onSettled called once, when nobody waits for it any more */
  constructor(
    readonly clientIp: string | undefined,
    private readonly onSettled: () => void,
  ) {}

  /** Aborted when nobody waits for this batch any more. */
  get signal(): AbortSignal {
    return this.#given.signal;
  }

  get size(): number {
    return this.#questions.size;
  }

  /** How many wait for it, which may be more than there are tokens. */
  get askers(): number {
    return this.#all().length;
  }

  has(token: string): boolean {
    return this.#questions.has(token);
  }

  /** The tokens somebody still asks about. */
  get tokens(): readonly string[] {
    return [...this.#questions.keys()];
  }

  /** Of the question that may wait longest. */
  get deadline(): number {
    return Math.max(...this.#all().map(({ deadline }) => deadline));
  }

  add(token: string, question: Question): void {
    const same = this.#questions.get(token) ?? new Set();
    this.#questions.set(token, same.add(question));
    question.onSettled(() => {
      same.delete(question);
      if (same.size === 0) this.#drop(token);
    });
  }

  /** @param tokens those that were asked about, one for each body */
  answer(tokens: readonly string[], bodies: readonly IntrospectionBody[]): void {
    for (const [at, token] of tokens.entries()) {
      const body = bodies[at];
      for (const question of [...(this.#questions.get(token) ?? [])]) {
        if (body?.active === true) question.succeed(verifiedToken(body));
        else question.fail(new InvalidTokenError());
      }
    }
  }

  fail(reason: unknown): void {
    for (const question of this.#all()) question.fail(reason);
  }

  #all(): Question[] {
    return [...this.#questions.values()].flatMap((same) => [...same]);
  }

  #drop(token: string): void {
    this.#questions.delete(token);
    if (this.size > 0) return;
    this.#given.abort();
    this.onSettled();
  }
}
