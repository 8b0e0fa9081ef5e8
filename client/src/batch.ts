import { InvalidTokenError } from './errors.js';
import type { Question, Subject } from './question.js';
import type { TemporaryFailure } from './transport.js';
import { type IntrospectionBody, verifiedToken } from './verified-token.js';

/** Questions that travel together: each subject once, however many ask about it. */
export class Batch {
  /** Of the attempts so far, the last one's. */
  lastFailure: TemporaryFailure | undefined;
  hasDeparted = false;
  /** Nobody waits for it any more. */
  isOver = false;
  #isAnswered = false;
  readonly #subjects = new Map<string, { readonly subject: Subject; readonly questions: Set<Question> }>();
  readonly #given = new AbortController();

  /** @param onSettled called once, when nobody waits for it any more */
  constructor(private readonly onSettled: () => void) {}

  /** Aborted when nobody waits for an answer any more that is still to come. */
  get signal(): AbortSignal {
    return this.#given.signal;
  }

  get size(): number {
    return this.#subjects.size;
  }

  /** How many wait for it, which may be more than there are subjects. */
  get askers(): number {
    return this.#all().length;
  }

  has(subject: Subject): boolean {
    return this.#subjects.has(keyOf(subject));
  }

  /** Those that somebody still asks about. */
  get subjects(): readonly Subject[] {
    return [...this.#subjects.values()].map(({ subject }) => subject);
  }

  /** Of the question that may wait longest. */
  get deadline(): number {
    return Math.max(...this.#all().map(({ deadline }) => deadline));
  }

  add(subject: Subject, question: Question): void {
    const key = keyOf(subject);
    const { questions } = this.#subjects.get(key) ?? { questions: new Set<Question>() };
    this.#subjects.set(key, { subject, questions: questions.add(question) });
    question.onSettled(() => {
      questions.delete(question);
      if (questions.size === 0) this.#drop(key);
    });
  }

  /** @param subjects those that were asked about, one for each body */
  answer(subjects: readonly Subject[], bodies: readonly IntrospectionBody[]): void {
    this.#isAnswered = true;
    for (const [at, subject] of subjects.entries()) {
      const body = bodies[at];
      for (const question of [...(this.#subjects.get(keyOf(subject))?.questions ?? [])]) {
        if (body?.active === true) question.succeed(verifiedToken(body));
        else question.fail(new InvalidTokenError());
      }
    }
  }

  fail(reason: unknown): void {
    for (const question of this.#all()) question.fail(reason);
  }

  #all(): Question[] {
    return [...this.#subjects.values()].flatMap(({ questions }) => [...questions]);
  }

  #drop(key: string): void {
    this.#subjects.delete(key);
    if (this.size > 0) return;
    this.isOver = true;
    // It would cost more than the answer did.
    if (!this.#isAnswered) this.#given.abort();
    this.onSettled();
  }
}

/** No address has a space in it. */
const keyOf = ({ token, clientIp = '' }: Subject): string => `${clientIp} ${token}`;
