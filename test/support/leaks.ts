import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { dump } from './database.js';

const NEW_TOKEN = /^\{"token":"\d+\|(\w+)"\}$/;
const SESSION_COOKIE = /latchkey_session=([\w-]{20,})/;

/** What secrets of tokens and sessions look like; passwords need not. */
const RUN = /^[\w-]{20,}$/;
const RUNS = /[\w-]{20,}/g;

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly text: string;
}

/**
 * Watches a whole run for secrets in the wrong place. It learns every secret that is handed out, and those
 * it is told; in the end none may stand in a log line, in a metric, in the database, or in any answer but the one
 * that handed it out. No answer hands out those it is told.
 */
export class LeakWatch {
  readonly logLines: string[] = [];
  private readonly sent: Sent[] = [];
  /** In how many answers each may stand: those the service made are handed out once, those it was told never. */
  private readonly secrets = new Map<string, 0 | 1>();
  private readonly lengths = new Set<number>();
  private readonly phrases = new Set<string>();

  /** @param secret a password, or the part of a token after the bar */
  remember(secret: string): void {
    this.learn(secret, 0);
  }

  watch(instance: FastifyInstance): void {
    instance.addHook('onSend', (request, reply, payload, done) => {
      const body = typeof payload === 'string' ? payload : '';
      const [, token] = NEW_TOKEN.exec(body) ?? [];
      const headers = JSON.stringify(reply.getHeaders());
      const [, session] = SESSION_COOKIE.exec(headers) ?? [];
      for (const secret of [token, session]) if (secret !== undefined) this.learn(secret, 1);
      this.sent.push({ method: request.method, url: request.url.split('?')[0] ?? '', text: headers + body });
      done(null, payload);
    });
  }

  /**
   * @param metrics all of them, as they are read
   * @throws Error naming each place where a secret was found
   */
  async assertNone(dataSource: DataSource, metrics: string): Promise<void> {
    const database = dataSource.isInitialized ? await dump(dataSource) : '';
    const found: string[] = [];
    const look = (where: string, text: string) => {
      for (const secret of this.secretsIn(text)) found.push(`${secret.slice(0, 4)}… in ${where}`);
    };
    for (const line of this.logLines) look(`log: ${line}`, line);
    look('the metrics', metrics);
    look('the database', database);
    const answers = new Map<string, string[]>();
    for (const { method, url, text } of this.sent) {
      for (const secret of this.secretsIn(text)) {
        answers.set(secret, [...(answers.get(secret) ?? []), `${method} ${url}`]);
      }
    }
    for (const [secret, places] of answers) {
      const allowed = this.secrets.get(secret) ?? 0;
      if (places.length > allowed) found.push(`${secret.slice(0, 4)}… in ${places.join(', ')}`);
    }
    if (found.length > 0) throw new Error(`Secrets in the wrong place:\n${found.join('\n')}`);
  }

  /** Those of tokens and sessions are looked up, not searched for one by one: a run may make thousands. */
  private secretsIn(text: string): ReadonlySet<string> {
    const found = new Set([...this.phrases].filter((phrase) => text.includes(phrase)));
    for (const [run] of text.matchAll(RUNS)) {
      for (const length of this.lengths) {
        for (let at = 0; at + length <= run.length; at += 1) {
          const part = run.slice(at, at + length);
          if (this.secrets.has(part)) found.add(part);
        }
      }
    }
    return found;
  }

  /** What was learnt first stays: a secret that was told is not excused by an answer that repeats it. */
  private learn(secret: string, answers: 0 | 1): void {
    if (this.secrets.has(secret)) return;
    this.secrets.set(secret, answers);
    if (RUN.test(secret)) this.lengths.add(secret.length);
    else this.phrases.add(secret);
  }
}
