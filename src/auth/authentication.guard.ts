import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard, AuthModuleOptions } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ACCESS } from '../access/access.decorator.js';
import { expiryHeader, MissingCredentialsProblem } from '../access/access.errors.js';
import { type Access, authorize, type RestrictedAccess } from '../access/authorize.js';
import { clientOf, type Identity, identityOf, type Principal } from '../access/principal.js';
import { AuditLog } from '../audit/audit-log.js';
import { rateLimitHeaders } from '../common/standing.js';
import { PublicBodies } from './public-bodies.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/**
 * Secure by default: every route but the public ones needs a principal, and one that may do what the route
 * declares. Passport asks the strategies of `AuthModuleOptions.defaultStrategy` who it is.
 */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  /** Reading the metadata for every request would cost a tenth of it. */
  private readonly known = new Map<Controller, Map<Handler, Access>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditLog,
    private readonly publicBodies: PublicBodies,
    options: AuthModuleOptions,
  ) {
    super(options);
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.accessOf(context.getHandler(), context.getClass());
    if (access.kind === 'public') return this.countBody(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const judge = () => this.judge(context, access);
    return judge().then((identity) => {
      const principal: Principal = { ...identity, judgeAgain: judge };
      request.user = principal;
      return true;
    });
  }

  private judge(context: ExecutionContext, access: RestrictedAccess): Promise<Identity> {
    const authenticated = super.canActivate(context) as Promise<boolean>;
    return authenticated.then(() => {
      const http = context.switchToHttp();
      const request = http.getRequest<FastifyRequest>();
      const identity = identityOf(request);
      tellLimits(identity, http.getResponse<FastifyReply>());
      authorize(identity, access, (missing) => {
        this.audit.missingScope(identity, missing, clientOf(request));
      });
      return identity;
    });
  }

  /**
   * No error and no principal means that no strategy found credentials. An error says nothing about credentials, and
   * must not become a 401.
   */
  override handleRequest<T>(error: Error | null, principal: T | false): T {
    if (error) throw error;
    if (!principal) throw new MissingCredentialsProblem();
    return principal;
  }

  private countBody(context: ExecutionContext): true | Promise<true> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.body === undefined) return true;
    return this.publicBodies.count(request, http.getResponse<FastifyReply>()).then(() => true);
  }

  private accessOf(handler: Handler, controller: Controller): Access {
    const known = this.known.get(controller)?.get(handler);
    if (known !== undefined) return known;
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]);
    if (access === undefined) throw new Error(`The route of ${handler.name} declares no access.`);
    this.known.set(
      controller,
      (this.known.get(controller) ?? new Map<Handler, Access>()).set(handler, access),
    );
    return access;
  }
}

/** Called before anything else can fail, so that errors have these headers, too. */
function tellLimits({ credential, standing }: Identity, reply: FastifyReply): void {
  if (standing !== undefined) void reply.headers(rateLimitHeaders(standing));
  if (credential.kind === 'token' && credential.expiresAt !== null) {
    void reply.headers(expiryHeader(credential.expiresAt));
  }
}
