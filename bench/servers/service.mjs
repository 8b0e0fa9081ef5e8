/**
 * An internal service: NestJS on Fastify, one route. `PROTECTION` says how it checks tokens: not at all, with
 * latchkey-client, or with an introspection of its own for each request.
 */
import { answerOf } from '../lib/answer.mjs';
import { decorate } from '../lib/decorate.mjs';
import { fromService } from '../lib/service-packages.mjs';
import { LatchkeyGuard, LatchkeyModule } from '../../client/dist/nestjs/index.js';

const { Controller, Get, Module, ServiceUnavailableException, UnauthorizedException, UseGuards } =
  fromService('@nestjs/common');
const { NestFactory } = fromService('@nestjs/core');
const { FastifyAdapter } = fromService('@nestjs/platform-fastify');

const { PROTECTION, LATCHKEY_URL, LATCHKEY_TOKEN, PORT, HOST } = process.env;
const user = answerOf(1);

class IntrospectionGuard {
  async canActivate(context) {
    const { headers } = context.switchToHttp().getRequest();
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) throw new UnauthorizedException();
    const response = await fetch(`${LATCHKEY_URL}/v1/introspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${LATCHKEY_TOKEN}` },
      body: new URLSearchParams({ token }),
    });
    if (response.status !== 200) throw new ServiceUnavailableException();
    const { active } = await response.json();
    if (!active) throw new UnauthorizedException();
    return true;
  }
}

const GUARDS = { none: [], client: [UseGuards(LatchkeyGuard)], each: [UseGuards(IntrospectionGuard)] };

class ServiceController {
  get() {
    return user;
  }
}
decorate(ServiceController, [Controller(), ...GUARDS[PROTECTION]], { get: [Get()] });

class ServiceModule {}
const imports =
  PROTECTION === 'client' ? [LatchkeyModule.forRoot({ url: LATCHKEY_URL, token: LATCHKEY_TOKEN })] : [];
decorate(ServiceModule, [Module({ imports, controllers: [ServiceController] })]);

const app = await NestFactory.create(ServiceModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(Number(PORT), HOST);
