import supertest from 'supertest';
import { type TestApp } from './app.js';
import { ORIGIN } from '../harness/service.js';
import { PASSWORD, type TestToken, type TestUser } from './factories.js';

export type Client = ReturnType<typeof supertest.agent>;

/** A program: every request carries the token. */
export const asProgram = (app: TestApp, token: TestToken | string): Client =>
  supertest
    .agent(app.url)
    .set('Authorization', `Bearer ${typeof token === 'string' ? token : token.plainText}`);

/** A browser that nobody has signed in with yet: keeps cookies, and says where its requests come from. */
export const asBrowser = (app: TestApp): Client =>
  supertest.agent(app.url).set('Sec-Fetch-Site', 'same-origin').set('Origin', ORIGIN);

/** A browser that user has signed in with. */
export async function asPerson(app: TestApp, user: TestUser): Promise<Client> {
  const browser = asBrowser(app);
  await browser.post('/v1/auth/login').send({ email: user.email, password: PASSWORD }).expect(200);
  return browser;
}

/** Sets an Authorization header word for word, without a client library in between to mend it. */
export const withAuthorization = (app: TestApp, value: string) =>
  app.request().get('/v1/current_user').set('Authorization', value);
