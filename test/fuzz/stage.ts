import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { User } from '../../src/users/user.entity.js';
import { TestApp } from '../support/app.js';
import { ORIGIN } from '../harness/service.js';
import { createToken, createUser, PASSWORD, type TestToken, type TestUser } from '../support/factories.js';
import { type RawAnswer, sendRaw } from '../support/raw.js';
import type { Operation } from './document.js';
import { encode, FOREIGN, type FuzzRequest, OWN } from './request.js';

/** Somebody the requests come from, and somebody they must not touch. */
export class Stage {
  private cookie = '';

  private constructor(
    readonly app: TestApp,
    private readonly user: TestUser,
    readonly bystander: { readonly user: TestUser; readonly token: TestToken },
    private readonly introspector: TestToken,
  ) {}

  static async set(): Promise<Stage> {
    const app = await TestApp.start({ env: { TRUST_PROXY: '127.0.0.1' } });
    const other = await createUser(app);
    const token = await createToken(app, other);
    const introspector = await createToken(app, await createUser(app), { scopes: ['tokens:introspect'] });
    return new Stage(app, await createUser(app), { user: other, token }, introspector);
  }

  /** @throws Error where the connection is cut without an answer */
  async send({ method, path }: Operation, request: FuzzRequest): Promise<RawAnswer> {
    // A new one each time: requests before may have deleted any other.
    const own = await createToken(this.app, this.user);
    const ids = new Map([
      [OWN, String(own.id)],
      [FOREIGN, String(this.bystander.token.id)],
    ]);
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = request.path[name] ?? '';
      return encode(ids.get(value) ?? value);
    });
    const query = request.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    const { body, contentType } = request;
    return sendRaw(
      this.app,
      [
        `${method} ${url}${query === '' ? '' : `?${query}`} HTTP/1.1`,
        ...(await this.credentials(request, own)),
        ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
        ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
        ...request.headers,
      ],
      body,
    );
  }

  /** Everything of the bystander that the database has. */
  async bystanderRows(): Promise<unknown> {
    const { id } = this.bystander.user;
    const { dataSource } = this.app;
    return [
      await dataSource.getRepository(User).findOneBy({ id }),
      await dataSource.getRepository(PersonalAccessToken).findBy({ userId: id }),
    ];
  }

  private async credentials({ credential }: FuzzRequest, own: TestToken): Promise<string[]> {
    switch (credential) {
      case 'none':
        return [];
      case 'token':
        return [`Authorization: Bearer ${own.plainText}`];
      case 'introspector':
        return [`Authorization: Bearer ${this.introspector.plainText}`];
      case 'session':
        return [`Cookie: ${await this.session()}`, `Origin: ${ORIGIN}`, 'Sec-Fetch-Site: same-origin'];
    }
  }

  /**
   * Signed in again where a request before has signed out: from elsewhere, since the requests use up the attempts of
   * their own address.
   */
  private async session(): Promise<string> {
    const { body } = await this.app.request().get('/v1/auth/session').set('Cookie', this.cookie).expect(200);
    if ((body as { user: unknown }).user === null) {
      const { headers } = await this.app
        .request()
        .post('/v1/auth/login')
        .set('X-Forwarded-For', '203.0.113.1')
        .send({ email: this.user.email, password: PASSWORD })
        .expect(200);
      this.cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    }
    return this.cookie;
  }
}
