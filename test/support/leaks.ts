import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { dump } from './database.js';

const NEW_TOKEN = /^\{"token":"\d+\|(\w+)"\}$/;
const SESSION_COOKIE = /latchkey_session=([\w-]{20,})/;

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
    for (const [secret, allowed] of this.secrets) {
      const name = `${secret.slice(0, 4)}…`;
      found.push(
        ...this.logLines.filter((line) => line.includes(secret)).map((line) => `${name} in log: ${line}`),
      );
      if (metrics.includes(secret)) found.push(`${name} in the metrics`);
      if (database.includes(secret)) found.push(`${name} in the database`);
      const answers = this.sent.filter(({ text }) => text.includes(secret));
      if (answers.length > allowed) {
        found.push(`${name} in ${answers.map(({ method, url }) => `${method} ${url}`).join(', ')}`);
      }
    }
    if (found.length > 0) throw new Error(`Secrets in the wrong place:\n${found.join('\n')}`);
  }

  /** What was learnt first stays: a secret that was told is not excused by an answer that repeats it. */
  private learn(secret: string, answers: 0 | 1): void {
    if (!this.secrets.has(secret)) this.secrets.set(secret, answers);
  }
}
