import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../common/problem.js';
import { isInRanges } from '../common/address.js';
import { Settings } from '../config/settings.js';

/** Who may read the metrics is a matter of where they ask from. To all others, there is nothing here. */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  /** @throws Problem 404, the one of an address that is none */
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isFromUnknownProxy(request) || !isInRanges(request.ip, this.settings.metricsAllow)) {
      throw new HttpProblem(404);
    }
    return true;
  }
}

/**
 * Whether somebody has passed the request on whom `TRUST_PROXY` does not name: then the address is that
 * proxy's, a private one most often, and says nothing of who asks.
 */
const isFromUnknownProxy = ({ headers, ips = [] }: FastifyRequest): boolean =>
  ips.length < 2 && ('x-forwarded-for' in headers || 'forwarded' in headers);
