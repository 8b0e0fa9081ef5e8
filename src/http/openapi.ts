import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { problemResponse } from '../common/problem.decorator.js';
import { VERIFY_PATH } from '../introspection/forwarded-request.js';
import { describeForwardAuth } from '../introspection/forward-auth.openapi.js';
import type { onRequestHookHandler } from 'fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const DESCRIPTION = `Personal access tokens for your product.

Sign in, create a token, and send it as \`Authorization: Bearer <token>\`. A deleted token is refused by every
instance from the moment the delete has answered.

Failures are problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)); \`code\` is made for programs.`;

const BEARER_DESCRIPTION = `A personal access token.

Every answer to a request made with a token that expires, be it an error, says when in the header
\`Latchkey-Token-Expires-At\`, such as \`2026-12-23T16:25:33.787Z\`.`;

/** Describes every route. Committed as \`openapi.json\`; a test fails when the two differ. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Latchkey')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .setExternalDoc('Account settings', '/settings')
    .addServer('/', 'This server')
    .addTag('Sign-in', 'For people.')
    .addTag('Current user', 'Whoever makes the request.')
    .addTag('Tokens', 'Personal access tokens of the current user.')
    .addTag('Services', 'For services and gateways: is a token good?')
    .addTag('Health', 'For load balancers, orchestrators and Prometheus.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: BEARER_DESCRIPTION }, 'bearer')
    .addCookieAuth(
      'latchkey_session',
      {
        type: 'apiKey',
        in: 'cookie',
        description: 'The session of a browser; `__Host-latchkey_session` where the service is on https.',
      },
      'session',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.paths[VERIFY_PATH] = describeForwardAuth();
  for (const [path, { get, put, post, patch, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, put, post, patch, remove]) {
      if (operation === undefined) continue;
      // A route that declares no credentials is public: the guard refuses every other one.
      operation.security ??= [];
      const before = [...(path.includes('{') ? OF_PARAMETERS : []), ...(operation === get ? [] : OF_CHANGES)];
      for (const status of before) operation.responses[status] ??= problemResponse(status);
    }
  }
  return document;
}

/** Answers that come before any route is reached: if a parameter of the path is too long, … */
const OF_PARAMETERS = [414] as const;
/** … and if a request that may change something comes from another site, or has a wrong body. */
const OF_CHANGES = [400, 403, 413, 415] as const;

/** In the form in which it is committed. */
export const printApi = (document: OpenAPIObject): string => `${JSON.stringify(document, null, 2)}\n`;

/** Swagger UI's own page, which cannot do without inline styles. */
const DOCS_PAGE = /^\/docs(\/?|\/index\.html)(\?|$)/;

/** Serves the description at `/openapi.json`, and Swagger UI at `/docs`. */
export function serveApiDocs(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (!route.url.startsWith('/docs')) return;
      route.onRequest = [route.onRequest ?? [], allowInlineStyles].flat();
    });
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Latchkey API',
  });
}

const allowInlineStyles: onRequestHookHandler = ({ url }, reply, done) => {
  if (DOCS_PAGE.test(url)) {
    const policy = String(reply.raw.getHeader('content-security-policy'));
    void reply.header('content-security-policy', `${policy};style-src 'self' 'unsafe-inline'`);
  }
  done();
};
