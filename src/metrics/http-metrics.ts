import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Metrics } from './metrics.js';
import type { Observations, Tally } from './tally.js';

/** Clients may send any method. All others share one label, so that the number of labels stays small. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const OTHER_METHOD = 'other';
/** The label of addresses that we do not have. */
const NO_ROUTE = 'none';

/** What was counted for one route. */
interface RouteTallies {
  readonly seconds: Observations;
  /** By method, then by status. */
  readonly requests: Map<string, Map<number, Tally>>;
}

/** Counts finished requests by route. An address is never a label, because it may contain secrets. */
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

  /** @param template the route as registered, such as `/v1/current_user/tokens/:tokenId`; undefined for none */
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
