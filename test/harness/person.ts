import type { Connections, Header, Outcome, Question } from './connections.js';
import { ORIGIN } from './service.js';

const TOKENS = '/v1/current_user/tokens';

export interface Token {
  readonly id: number;
  readonly secret: string;
  /** As it is presented. */
  readonly plainText: string;
}

/** Whom `signUp` makes, but for the address. */
export const PERSON = { name: 'Zoë 🦉 100%', password: 'a canary sings in the coal mine' };

let people = 0;

/** Somebody who has an account, and does with it what people and their programs do. */
export class Person {
  /** @param credentials a session's cookie, or a token */
  constructor(
    private readonly connections: Connections,
    private readonly credentials: Pick<Question, 'headers' | 'token'>,
  ) {}

  /** Of the session, where there is one. */
  get cookie(): string {
    return this.credentials.headers?.find(([name]) => name === 'Cookie')?.[1] ?? '';
  }

  /** Somebody new, who is signed in. @param email somebody's of that address */
  static async signUp(connections: Connections, email = newEmail()): Promise<Person> {
    const body = { ...PERSON, email };
    const headers: Header[] = [['Origin', ORIGIN]];
    const { headers: answered } = expectSuccess(
      await connections.ask({ method: 'POST', path: '/v1/auth/register', headers, body }),
    );
    const cookie = answered['set-cookie']?.[0]?.split(';')[0] ?? '';
    return new Person(connections, { headers: [...headers, ['Cookie', cookie]] });
  }

  /** The same person, through another address of the service. */
  through(connections: Connections): Person {
    return new Person(connections, this.credentials);
  }

  /** A new token. @param wish as in the API, such as `scopes` @throws Error where there is none */
  async token(wish: Readonly<Record<string, unknown>> = {}): Promise<Token> {
    return tokenIn(expectSuccess(await this.create({ token_name: 'Aside', ...wish })));
  }

  create(body: Readonly<Record<string, unknown>>, key?: string): Promise<Outcome> {
    const headers: Header[] = key === undefined ? [] : [['Idempotency-Key', key]];
    return this.ask({ method: 'POST', path: `${TOKENS}/create`, headers, body });
  }

  change(id: number, body: object): Promise<Outcome> {
    return this.ask({ method: 'PATCH', path: `${TOKENS}/${id}`, body });
  }

  rotate(id: number): Promise<Outcome> {
    return this.ask({ method: 'POST', path: `${TOKENS}/${id}/rotate`, body: {} });
  }

  delete(id: number): Promise<Outcome> {
    return this.ask({ method: 'DELETE', path: `${TOKENS}/${id}` });
  }

  private ask(question: Question): Promise<Outcome> {
    const headers = [...(this.credentials.headers ?? []), ...(question.headers ?? [])];
    return this.connections.ask({ ...question, ...this.credentials, headers });
  }
}

/** The token that an answer hands out. */
export function tokenIn({ body }: Pick<Outcome, 'body'>): Token {
  const { token: plainText } = JSON.parse(body) as { token: string };
  const [id, secret = ''] = plainText.split('|');
  return { id: Number(id), secret, plainText };
}

export function expectSuccess(outcome: Outcome): Outcome {
  const { status, body, question } = outcome;
  if (status < 200 || status > 299) throw new Error(`${question.path ?? ''}: ${status} ${body}`);
  return outcome;
}

function newEmail(): string {
  people += 1;
  return `zoe-${process.pid}-${people}@example.com`;
}
