import fastifyCookie from '@fastify/cookie';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { watchMethods } from './methods.js';
import { serveApiDocs } from './openapi.js';
import { RequestValidationPipe } from './validation.pipe.js';
import { serveWeb } from './web.js';
import { CookieOrigin, isBearer } from '../auth/cookie-origin.js';
import { ProblemFilter } from './problem.filter.js';
import { Settings } from '../config/settings.js';
import { DatabaseConnection } from '../database/database-connection.js';
import { HttpMetrics } from '../metrics/http-metrics.js';
import { ForwardAuth } from '../introspection/forward-auth.js';

/** After the signal to stop, requests under way have this long. */
const DRAIN_MS = 10_000;

/** Everything that `main` and the tests share. The application is ready to listen afterwards. */
export async function setUp(app: NestFastifyApplication): Promise<void> {
  const { publicUrl } = app.get(Settings);
  const instance = app.getHttpAdapter().getInstance();

  await app.register(fastifyCookie);
  app.enableCsrfProtection({
    trustedOrigins: [publicUrl.origin],
    exclude: isBearer,
  });
  app.get(CookieOrigin).watch(instance);
  app.useGlobalPipes(new RequestValidationPipe());
  const problems = new ProblemFilter(app.get(DatabaseConnection).problemOf);
  app.useGlobalFilters(problems);
  const httpMetrics = app.get(HttpMetrics);
  httpMetrics.watch(instance);
  instance.addHook('preClose', (done) => {
    const { server } = instance;
    // A connection becomes idle when its request is done. Nobody else closes those that become idle from now on.
    const idle = setInterval(() => {
      server.closeIdleConnections();
    }, 100);
    const force = setTimeout(() => {
      server.closeAllConnections();
    }, DRAIN_MS);
    server.once('close', () => {
      clearInterval(idle);
      clearTimeout(force);
    });
    done();
  });

  await instance.forwardAuthRouter.serve(app.get(ForwardAuth), problems, httpMetrics);
  const refuseOtherMethods = watchMethods(instance);
  serveApiDocs(app);
  await serveWeb(app);
  await app.init();
  refuseOtherMethods();
  await instance.ready();
}
