import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { CrossOriginProblem } from '../access/access.errors.js';
import { SessionCookie } from './session-cookie.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether the request has a bearer token. No browser sends one by itself, as it does with Basic. */
export const isBearer = ({ headers }: FastifyRequest): boolean =>
  /^bearer\b/i.test(headers.authorization ?? '');

/**
 * A request that changes something with the session cookie must name its origin. NestJS has already refused foreign
 * origins (see `enableCsrfProtection`), but it lets requests pass that name none.
 */
@Injectable()
export class CookieOrigin {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly settings: Settings,
  ) {}

  /** Checks every request before its body is read. */
  watch(router: FastifyInstance): void {
    router.addHook('preParsing', (request, _reply, _payload, done) => {
      this.check(request);
      done();
    });
  }

  /** @throws CrossOriginProblem */
  private check(request: FastifyRequest): void {
    if (SAFE_METHODS.includes(request.method) || isBearer(request)) return;
    if (this.cookie.read(request) !== undefined && !this.namesOurOrigin(request))
      throw new CrossOriginProblem();
  }

  private namesOurOrigin({ headers }: FastifyRequest): boolean {
    if (headers['sec-fetch-site']) return true;
    const { origin, protocol } = this.settings.publicUrl;
    // NestJS has compared the Origin with the Host. With https, the scheme must be right, too.
    return protocol === 'https:' ? headers.origin === origin : Boolean(headers.origin);
  }
}
