import { getSchemaPath } from '@nestjs/swagger';
import { ProblemBody } from '../common/problem.decorator.js';

const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string' as const, example },
});

const problem = (description: string, headers: Record<string, ReturnType<typeof header>>) => ({
  description,
  headers,
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemBody) } } },
});

const CHALLENGE = {
  'WWW-Authenticate': header('A `Bearer` challenge (RFC 6750).', 'Bearer realm="latchkey"'),
};

/** The description of forward-auth in openapi.json. NestJS cannot write it, because it does not know the route. */
export const describeForwardAuth = () => ({
  get: {
    operationId: 'verifyRequest',
    summary: 'May this request pass?',
    description:
      'For gateways: `auth_request` of nginx, `forward_auth` of Caddy, ForwardAuth of Traefik, `ext_authz` of ' +
      'Envoy, and HAProxy. Any method will do, and any path below this one; a body is not read. ' +
      '`GET` stands for all of them here.',
    tags: ['Services'],
    security: [{ bearer: [] }],
    parameters: [
      {
        name: 'scope',
        in: 'query' as const,
        required: false,
        description: 'A scope the token must have; repeat it for several.',
        schema: { type: 'array' as const, items: { type: 'string' as const } },
        example: ['projects:read'],
      },
    ],
    responses: {
      200: {
        description:
          'It may. Each of these headers is there; what is not printable ASCII is percent-encoded UTF-8.',
        headers: {
          'X-Auth-User-Id': header("The user's id.", '1'),
          'X-Auth-User-Email': header("The user's email address.", 'ada@example.com'),
          'X-Auth-User-Name': header("The user's name.", 'Ada Lovelace'),
          'X-Auth-Token-Id': header("The token's id.", '1'),
          'X-Auth-Scopes': header('Separated by spaces.', 'projects:read'),
        },
      },
      401: problem(
        'No token, or none that is good. Never 400, which nginx would take for a breakdown.',
        CHALLENGE,
      ),
      403: problem('A scope is missing, or the gateway asks for something there is not.', CHALLENGE),
      429: problem('The token is over its own limit. nginx takes it for a breakdown, and answers 500.', {
        'Retry-After': header('Seconds to wait.', '30'),
        'RateLimit-Policy': header('The limit.', '"token";q=600;w=60'),
        RateLimit: header('What is left of it.', '"token";r=0;t=30'),
      }),
      500: problem('A bug. The log has more under `request_id`.', {}),
      503: problem('The token cannot be checked now: let nothing pass.', {
        'Retry-After': header('Seconds to wait.', '2'),
      }),
    },
  },
});
