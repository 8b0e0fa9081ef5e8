import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type CanActivate, type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { LatchkeyClient } from '../client.js';
import { LatchkeyConfigurationError } from '../errors.js';
import { ACCESS, type Access, type VerifiedRequest } from './access.decorator.js';
import { presentedToken } from './authorization-header.js';
import { malformedCredentials, missingCredentials, type Refusal, refusalOf } from './refusal.js';

/** What requests of Fastify (with `raw`) and of Express (which are Node's own) have in common. */
type HttpRequest = VerifiedRequest & { readonly ip?: string } & (
    { readonly raw: IncomingMessage } | IncomingMessage
  );

/** Lets a request pass that has a good token with the scopes of its route; public routes take every request. */
@Injectable()
export class LatchkeyGuard implements CanActivate {
  private readonly logger = new Logger(LatchkeyGuard.name);

  // Named, so that no compiler has to tell NestJS the types.
  constructor(
    @Inject(LatchkeyClient) private readonly client: LatchkeyClient,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access?.kind === 'public') return true;
    if (context.getType() !== 'http') throw new Error('LatchkeyGuard guards HTTP routes only.');
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const refusal = await this.refusalOf(request, access?.scopes);
    if (refusal === undefined) return true;
    this.host.httpAdapter.setHeader(context.switchToHttp().getResponse(), ...refusal.header);
    throw refusal.exception;
  }

  /** @returns undefined where the request may pass; it has its token then */
  private async refusalOf(request: HttpRequest, scopes?: readonly string[]): Promise<Refusal | undefined> {
    const presented = presentedToken('raw' in request ? request.raw : request);
    switch (presented.kind) {
      case 'nothing':
        return missingCredentials();
      case 'malformed':
        return malformedCredentials(presented.reason);
      case 'token':
        return this.verify(request, presented.token, scopes);
    }
  }

  private async verify(
    request: HttpRequest,
    token: string,
    scopes?: readonly string[],
  ): Promise<Refusal | undefined> {
    try {
      request.latchkey = await this.client.verify(token, { clientIp: addressOf(request), scopes });
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      // Nobody else would tell the operator, who alone can do something about it.
      if (error instanceof LatchkeyConfigurationError) this.logger.error(error.message);
      return refusal;
    }
  }
}

/** On a socket without an address there is none to send; a token that is bound to addresses is then refused. */
const addressOf = ({ ip = '' }: HttpRequest): string | undefined => (isIP(ip) > 0 ? ip : undefined);
