import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../common/problem.js';
import { isInRanges } from '../common/address.js';
import { Settings } from '../config/settings.js';

/** Lets the addresses of `METRICS_ALLOW` read the metrics. All others are told that there is nothing here. */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  /** @throws HttpProblem 404, as for an address that does not exist */
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isFromUnknownProxy(request) || !isInRanges(request.ip, this.settings.metricsAllow)) {
      throw new HttpProblem(404);
    }
    return true;
  }
}

/**
 * Whether a proxy that `TRUST_PROXY` does not name has forwarded the request. Then the address is that of the proxy,
 * which is usually a private one, and does not say who asks.
 */
const isFromUnknownProxy = ({ headers, ips = [] }: FastifyRequest): boolean =>
  ips.length < 2 && ('x-forwarded-for' in headers || 'forwarded' in headers);
