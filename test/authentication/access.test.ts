import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Delete, Get, Module } from '@nestjs/common';
import { Public } from '../../src/access/access.decorator.js';
import { PAGES } from '../../src/http/web.js';
import { TestApp } from '../support/app.js';
import { createToken, createUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { sendRaw } from '../support/raw.js';
import { asPerson, asProgram } from '../support/requests.js';
import { declaredRoutes, watchRoutes } from '../support/routes.js';
import { useApp } from '../support/use-app.js';

/** Served by Swagger UI, to anybody. */
const isDocumentation = (name: string): boolean => /^(GET|HEAD) \/(docs(\/.*)?|openapi\.json)$/.test(name);

/** The page for people and its files: the same for everybody, and nothing in them is anybody's. */
const WEB: readonly string[] = [...PAGES, '/favicon.svg', '/assets/*'];
const isWeb = (name: string): boolean => WEB.includes(name.replace(/^(GET|HEAD) /, ''));

describe('every route', () => {
  let app: TestApp;
  let registered: ReadonlySet<string>;

  beforeAll(async () => {
    const { names, stop } = watchRoutes();
    app = await TestApp.start();
    stop();
    registered = names;
  });
  afterAll(() => app.stop());

  test('of every controller declares who may call it', () => {
    const routes = declaredRoutes(app);
    expect(routes.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'POST /v1/auth/login',
        'GET /v1/current_user',
        'DELETE /v1/current_user/tokens/:tokenId',
        'GET /health/live',
      ]),
    );
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
  });

  test('of a controller is served', () => {
    const missing = declaredRoutes(app).filter(({ name }) => !registered.has(name));
    expect(missing).toEqual([]);
  });

  test('outside the controllers is documentation or a page, or answers 405 and nothing else', async () => {
    const declared = new Set(declaredRoutes(app).map(({ name }) => name));
    const isDeclared = (name: string) => declared.has(name.replace(/^HEAD /, 'GET ')) || declared.has(name);
    const others = [...registered].filter(
      (name) => !isDeclared(name) && !isDocumentation(name) && !isWeb(name),
    );
    expect(others.length).toBeGreaterThan(0);
    // Fastify itself refuses a QUERY without a body, with 400.
    const headers = ['Content-Type: application/json', 'Content-Length: 2'];
    for (const name of others) {
      const answer = await sendRaw(app, [`${name.replace(/:\w+/g, '1')} HTTP/1.1`, ...headers], '{}');
      expect([name, answer.status]).toEqual([name, 405]);
    }
  });

  test('but the public ones refuses whoever has no credentials', async () => {
    const guarded = declaredRoutes(app).filter(({ access }) => access?.kind !== 'public');
    expect(guarded.length).toBeGreaterThan(5);
    for (const { name } of guarded) {
      const answer = await sendRaw(app, [`${name.replace(/:\w+/g, '1')} HTTP/1.1`]);
      expect([name, answer.status]).toEqual([name, 401]);
      expectProblem(answer, 401, 'unauthorized');
    }
  });

  test('that is public is one of those the contract opens', () => {
    const open = declaredRoutes(app).filter(({ access }) => access?.kind === 'public');
    expect(open.map(({ name }) => name).toSorted()).toEqual([
      'GET /.well-known/oauth-authorization-server',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'GET /v1/auth/session',
      'POST /v1/auth/login',
      'POST /v1/auth/register',
      'POST /v1/revoke',
    ]);
  });
});

const ran: string[] = [];

@Controller('forgotten')
class ForgottenController {
  @Get()
  forgotten(): string {
    ran.push('forgotten');
    return 'secrets';
  }

  @Delete(':id')
  forgottenToo(): void {
    ran.push('forgottenToo');
  }

  @Get('remembered')
  @Public()
  remembered(): string {
    ran.push('remembered');
    return 'hello';
  }
}

@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

describe('a route that declares nothing', () => {
  const app = useApp({ imports: [ForgottenModule] });

  test('is found by the walk over all routes', () => {
    const undeclared = declaredRoutes(app).filter(({ access }) => access === undefined);
    expect(undeclared.map(({ name }) => name)).toEqual(['GET /forgotten', 'DELETE /forgotten/:id']);
  });

  test('answers 500 to everybody, and runs nothing', async () => {
    const user = await createUser(app);
    const program = asProgram(app, await createToken(app, user));
    const person = await asPerson(app, user);
    for (const answer of [
      await app.request().get('/forgotten'),
      await program.get('/forgotten'),
      await person.get('/forgotten'),
      await program.delete('/forgotten/1'),
    ]) {
      expectProblem(answer, 500, 'internal_error');
    }
    expect(ran).toEqual([]);
    await app.request().get('/forgotten/remembered').expect(200);
    expect(ran).toEqual(['remembered']);
  });

  test('tells the operator which one it is, and nobody else', async () => {
    const answer = await app.request().get('/forgotten');
    expect(JSON.stringify(answer.body)).not.toContain('declares');
    const errors = app.log.filter(({ level }) => level === 'error');
    expect(errors.map(({ stack }) => String(stack)).join()).toContain('The route of forgotten declares no');
  });
});
