import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { CrossOriginProblem } from '../access/access.errors.js';
import { SessionCookie } from './session-cookie.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether a request is judged by a bearer token alone. No browser sends one by itself, unlike Basic. */
export const isBearer = ({ headers }: FastifyRequest): boolean =>
  /^bearer\b/i.test(headers.authorization ?? '');

/**
 * A change made with the session cookie has to name its origin. What it names was judged before this, for
 * every request (see `enableCsrfProtection`), but that lets those pass that name none.
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
    // An Origin that matches the Host passed before; behind https its scheme must be right, too.
    return protocol === 'https:' ? headers.origin === origin : Boolean(headers.origin);
  }
}
