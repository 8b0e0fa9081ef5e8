import fastifyCookie from '@fastify/cookie';
import { ShutdownSignal, type ValidationError, ValidationPipe } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { watchMethods } from './app.http.js';
import { serveApiDocs } from './app.openapi.js';
import { CookieOrigin, isBearer } from './auth/cookie-origin.js';
import { ProblemFilter } from './common/problem.filter.js';
import { type FieldError, httpProblem, type Problem, ValidationProblem } from './common/problem.js';
import { Settings } from './config/settings.js';
import { DatabaseConnection } from './database/database-connection.js';

/** After the signal to stop, requests under way have this long. */
const DRAIN_MS = 10_000;

/** Everything that `main` and the tests share. The application is ready to listen afterwards. */
export async function setUp(app: NestFastifyApplication): Promise<void> {
  const { publicUrl } = app.get(Settings);
  const instance = app.getHttpAdapter().getInstance();

  await app.register(fastifyCookie);
  setSecurityHeaders(app, publicUrl);
  app.enableCsrfProtection({
    trustedOrigins: [publicUrl.origin],
    exclude: isBearer,
  });
  const cookieOrigin = app.get(CookieOrigin);
  instance.addHook('preParsing', (request, _reply, _payload, done) => {
    cookieOrigin.check(request);
    done();
  });
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      exceptionFactory: validationProblem,
    }),
  );
  app.useGlobalFilters(new ProblemFilter(app.get(DatabaseConnection).problemOf));
  app.enableShutdownHooks([ShutdownSignal.SIGTERM, ShutdownSignal.SIGINT], { useProcessExit: true });
  instance.addHook('preClose', (done) => {
    setTimeout(() => {
      instance.server.closeAllConnections();
    }, DRAIN_MS).unref();
    done();
  });

  const refuseOtherMethods = watchMethods(instance);
  serveApiDocs(app);
  await app.init();
  refuseOtherMethods();
  await instance.ready();
}

function setSecurityHeaders(app: NestFastifyApplication, publicUrl: URL): void {
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: "'self'",
        imgSrc: ["'self'", 'data:'],
        objectSrc: "'none'",
        baseUri: "'none'",
        formAction: "'self'",
        frameAncestors: "'none'",
      },
    },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: publicUrl.protocol === 'https:',
  });
}

/** A name as programs give it. Anything else is not repeated: it might be a secret in the wrong place. */
const FIELD_NAME = /^[a-z_][\w.[\]-]{0,39}$/i;

function validationProblem(faults: ValidationError[]): Problem {
  const [first, ...others] = faults.map(fieldError);
  return first === undefined ? httpProblem(400) : new ValidationProblem([first, ...others]);
}

function fieldError({ property, constraints = {} }: ValidationError): FieldError {
  const field = FIELD_NAME.test(property) ? property : '(unprintable)';
  if ('whitelistValidation' in constraints) return { field, detail: `Unknown field ${field}.` };
  return { field, detail: Object.values(constraints)[0] ?? `${field} is not valid.` };
}
