import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Metrics } from './metrics.js';
import type { Observations, Tally } from './tally.js';

/** Anybody may send any method; those nobody means are one. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const OTHER_METHOD = 'other';
/** No address of ours. */
const NO_ROUTE = 'none';

/** One template of addresses, with what was counted for it. */
interface RouteTallies {
  readonly seconds: Observations;
  /** By method, then by status. */
  readonly requests: Map<string, Map<number, Tally>>;
}

/** Counts finished requests by route, and never by address: an address may hold what is secret. */
@Injectable()
export class HttpMetrics {
  private readonly routes = new Map<string, RouteTallies>();

  constructor(private readonly metrics: Metrics) {}

  /** Counts every request that a router answers. */
  watch(router: FastifyInstance): void {
    router.addHook('onResponse', ({ is404, routeOptions, method }, { statusCode, elapsedTime }, done) => {
      this.answered(is404 ? undefined : routeOptions.url, method, statusCode, elapsedTime);
      done();
    });
  }

  /** @param template as it was registered, such as `/v1/current_user/tokens/:tokenId`; undefined for none */
  answered(template: string | undefined, method: string, status: number, elapsedMs: number): void {
    const name = template ?? NO_ROUTE;
    const route = this.routes.get(name) ?? this.begin(name);
    route.seconds.observe(elapsedMs / 1000);
    const known = METHODS.has(method) ? method : OTHER_METHOD;
    const tally = route.requests.get(known)?.get(status) ?? this.beginTally(route, name, known, status);
    tally.add();
  }

  private begin(name: string): RouteTallies {
    const seconds = this.metrics.httpSeconds.child({ route: name });
    const route: RouteTallies = { seconds, requests: new Map() };
    this.routes.set(name, route);
    return route;
  }

  private beginTally({ requests }: RouteTallies, route: string, method: string, status: number): Tally {
    const tally = this.metrics.httpRequests.tally({ route, method, status: String(status) });
    const byStatus = requests.get(method) ?? new Map<number, Tally>();
    requests.set(method, byStatus.set(status, tally));
    return tally;
  }
}
