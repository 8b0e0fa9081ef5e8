import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Get, type LoggerService, Module, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import supertest from 'supertest';
import { LatchkeyClient, type LatchkeyClientOptions, type VerifiedToken } from '../../client/src/index.js';
import {
  CurrentToken,
  LatchkeyGuard,
  LatchkeyModule,
  Public,
  RequireScopes,
} from '../../client/src/nestjs/index.js';
import {
  createToken,
  createUser,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
} from '../support/factories.js';
import { freePort } from '../harness/free-port.js';
import { sendRaw } from '../support/raw.js';
import { useApp } from '../support/use-app.js';

let calls = 0;

@Controller()
@RequireScopes('things:read')
class ThingsController {
  @Get('things')
  list(@CurrentToken() { email, tokenId }: VerifiedToken) {
    calls += 1;
    return { email, tokenId };
  }

  @Get('things/secret')
  @RequireScopes('things:read', 'things:secret')
  secret() {
    calls += 1;
    return {};
  }

  @Get('open')
  @Public()
  open() {
    return { open: true };
  }

  @Get('confused')
  @Public()
  confused(@CurrentToken() token: VerifiedToken) {
    return token;
  }
}

@Controller('plain')
class PlainController {
  @Get()
  get() {
    calls += 1;
    return {};
  }
}

@Controller('guarded')
@UseGuards(LatchkeyGuard)
class GuardedController {
  @Get()
  get(@CurrentToken() { tokenId }: VerifiedToken) {
    return { tokenId };
  }
}

/** Where the asynchronous options come from. */
class Configuration {
  constructor(readonly options: LatchkeyClientOptions) {}
}

async function serve(
  metadata: Parameters<typeof Test.createTestingModule>[0],
): Promise<NestFastifyApplication> {
  const module = await Test.createTestingModule(metadata).setLogger(recorder).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.listen(0, '127.0.0.1');
  return app;
}

const logged: string[] = [];

/** Keeps errors, and is silent. */
const recorder: LoggerService = {
  error: (message: unknown) => logged.push(String(message)),
  warn: () => undefined,
  log: () => undefined,
};

const GLOBAL = { provide: APP_GUARD, useClass: LatchkeyGuard };

describe('LatchkeyGuard, with the real service', () => {
  const latchkey = useApp();
  let user: TestUser;
  let service: TestToken;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    user = await createUser(latchkey);
    service = await createToken(latchkey, user, { scopes: ['tokens:introspect'] });
    app = await serve({
      imports: [LatchkeyModule.forRoot({ url: latchkey.url, token: service.plainText, deadlineMs: 60_000 })],
      controllers: [ThingsController, PlainController],
      providers: [GLOBAL],
    });
  });
  beforeEach(() => {
    calls = 0;
    logged.length = 0;
  });
  afterAll(() => app.close());

  const get = async (path: string, authorization?: string) =>
    supertest(await app.getUrl())
      .get(path)
      .set(authorization === undefined ? {} : { Authorization: authorization });
  const tokenWith = async (...scopes: string[]) => createToken(latchkey, user, { scopes });

  test('200: the handler has the token', async () => {
    const token = await tokenWith('things:*');
    const { status, body } = await get('/things', `Bearer ${token.plainText}`);
    expect([status, body]).toEqual([200, { email: user.email, tokenId: token.id }]);
  });

  test.each(['bearer', 'BEARER', 'Bearer   '])('200: the scheme may be written %j', async (scheme) => {
    const { plainText } = await tokenWith('*');
    expect((await get('/things', `${scheme} ${plainText}`)).status).toBe(200);
  });

  test.each([undefined, 'Basic YWRhOnNlY3JldA==', 'Bearertoken', '1|abc'])(
    '401 without an error attribute where no token is presented: %s',
    async (authorization) => {
      const { status, headers } = await get('/things', authorization);
      expect([status, headers['www-authenticate'], calls]).toEqual([401, 'Bearer', 0]);
    },
  );

  test.each(['Bearer', 'Bearer a b', 'Bearer a, Bearer b', 'Bearer\ta'])(
    '401 invalid_request for a malformed header: %j',
    async (authorization) => {
      const { status, headers } = await get('/things', authorization);
      expect([status, calls]).toEqual([401, 0]);
      expect(headers['www-authenticate']).toMatch(
        /^Bearer error="invalid_request", error_description="[^"]+"$/,
      );
    },
  );

  test('401 invalid_request for two headers, even with a good token in both', async () => {
    const { plainText } = await tokenWith('*');
    const header = `Authorization: Bearer ${plainText}`;
    const { status, headers } = await sendRaw({ url: await app.getUrl() }, [
      'GET /things HTTP/1.1',
      header,
      header,
    ]);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(/^Bearer error="invalid_request"/);
    expect(calls).toBe(0);
  });

  test.each([`Bearer 999999|${UNKNOWN_SECRET}`, 'Bearer garbage'])(
    '401 invalid_token for a token that is not good: %s',
    async (authorization) => {
      const { status, headers, body } = await get('/things', authorization);
      expect([status, headers['www-authenticate'], calls]).toEqual([401, 'Bearer error="invalid_token"', 0]);
      expect(body).toEqual({ statusCode: 401, message: 'The token is not valid.', error: 'Unauthorized' });
    },
  );

  test('403 names the scope that is missing, of all that the handler asks for', async () => {
    const { plainText } = await tokenWith('things:read');
    const { status, headers } = await get('/things/secret', `Bearer ${plainText}`);
    expect([status, headers['www-authenticate'], calls]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="things:secret"',
      0,
    ]);
  });

  test('403 for what the controller asks for', async () => {
    const { plainText } = await tokenWith('other');
    expect((await get('/things', `Bearer ${plainText}`)).status).toBe(403);
  });

  test('a route that declares nothing takes any good token, and no other', async () => {
    const { plainText } = await tokenWith('other');
    expect((await get('/plain', `Bearer ${plainText}`)).status).toBe(200);
    expect((await get('/plain')).status).toBe(401);
    expect(calls).toBe(1);
  });

  test('200 for a public route, with no token or a bad one', async () => {
    expect((await get('/open')).body).toEqual({ open: true });
    expect((await get('/open', 'Bearer garbage')).body).toEqual({ open: true });
  });

  test('500 for a public route that asks for the token: nothing is made up', async () => {
    expect((await get('/confused')).status).toBe(500);
  });

  test('the address of the client is passed on', async () => {
    const here = await createToken(latchkey, user, { allowedCidrs: ['127.0.0.0/8'] });
    const elsewhere = await createToken(latchkey, user, { allowedCidrs: ['192.0.2.0/24'] });
    expect((await get('/things', `Bearer ${here.plainText}`)).status).toBe(200);
    expect((await get('/things', `Bearer ${elsewhere.plainText}`)).status).toBe(401);
  });

  test('forRootAsync: options from another provider, and the guard on one controller alone', async () => {
    @Module({
      providers: [
        {
          provide: Configuration,
          useFactory: () => new Configuration({ url: latchkey.url, token: service.plainText }),
        },
      ],
      exports: [Configuration],
    })
    class ConfigurationModule {}
    const other = await serve({
      imports: [
        LatchkeyModule.forRootAsync({
          imports: [ConfigurationModule],
          inject: [Configuration],
          useFactory: ({ options }: Configuration) => Promise.resolve(options),
        }),
      ],
      controllers: [GuardedController, PlainController],
    });
    try {
      const { plainText, id } = await tokenWith('other');
      const request = supertest(await other.getUrl());
      await request.get('/guarded').set('Authorization', `Bearer ${plainText}`).expect(200, { tokenId: id });
      await request.get('/guarded').expect(401);
      await request.get('/plain').expect(200);
    } finally {
      await other.close();
    }
  });

  /** What an app answers whose client is set up like this. */
  async function answerWith(options: LatchkeyClientOptions) {
    const other = await serve({
      imports: [LatchkeyModule.forRoot(options)],
      controllers: [PlainController],
      providers: [GLOBAL],
    });
    try {
      const { plainText } = await tokenWith('*');
      return await supertest(await other.getUrl())
        .get('/plain')
        .set('Authorization', `Bearer ${plainText}`);
    } finally {
      await other.close();
    }
  }

  test('503 with Retry-After, never 401, where Latchkey is away', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { status, headers } = await answerWith({ url, token: service.plainText, deadlineMs: 50 });
    expect([status, headers['retry-after'], headers['www-authenticate'], calls]).toEqual([
      503,
      '2',
      undefined,
      0,
    ]);
    expect(logged).toEqual([]);
  });

  test('503 where the own token is not accepted, and the log tells the operator', async () => {
    const token = `999999|${UNKNOWN_SECRET}`;
    const { status, headers } = await answerWith({ url: latchkey.url, token });
    expect([status, headers['retry-after'], calls]).toEqual([503, '2', 0]);
    expect(logged).toEqual(["Latchkey does not accept this service's own token."]);
  });

  test('the client is closed with the app', async () => {
    const other = await serve({
      imports: [LatchkeyModule.forRoot({ url: latchkey.url, token: service.plainText })],
    });
    const client = other.get(LatchkeyClient);
    await other.close();
    await expect(client.verify((await tokenWith('*')).plainText)).rejects.toThrow('This client is closed.');
  });

  test('options that are wrong stop the start', async () => {
    const start = serve({ imports: [LatchkeyModule.forRoot({ url: 'nowhere', token: service.plainText })] });
    await expect(start).rejects.toThrow('url must be an http or https address.');
  });
});

test('RequireScopes takes nothing that is no scope', () => {
  expect(() => RequireScopes('projects:read projects:write')).toThrow(TypeError);
  expect(() => RequireScopes('a"')).toThrow(TypeError);
});
