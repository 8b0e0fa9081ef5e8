import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { INTROSPECTOR, introspectorToken, serviceToken } from '../support/cli.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../harness/free-port.js';
import { ServiceProcess } from '../harness/service.js';

/** The service is on plain http here, on loopback. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that nobody uses it elsewhere
const LOOPBACK = { [oauth.allowInsecureRequests]: true } as const;
const CLIENT: oauth.Client = { client_id: 'projects-api' };
const NONE = oauth.None();
/** RFC 7662 section 2.1: the caller authenticates with a bearer token of its own. */
const bearer =
  (token: string): oauth.ClientAuth =>
  (_server, _client, _body, headers) => {
    headers.set('authorization', `Bearer ${token}`);
  };

describe('oauth4webapi, a client that knows the standards and not this service', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  let server: oauth.AuthorizationServer;
  let introspector: string;

  beforeAll(async () => {
    database = await createDatabase();
    const PORT = String(await freePort());
    const PUBLIC_URL = `http://127.0.0.1:${PORT}`;
    service = await ServiceProcess.start({ PORT, PUBLIC_URL, DATABASE_URL: database.url });
    introspector = await introspectorToken(database.url);
    const issuer = new URL(PUBLIC_URL);
    const discovery = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...LOOPBACK });
    server = await oauth.processDiscoveryResponse(issuer, discovery);
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  const createToken = () => serviceToken(database.url, 'projects:read');

  const introspect = async (presented: string, caller = introspector) => {
    const response = await oauth.introspectionRequest(server, CLIENT, bearer(caller), presented, LOOPBACK);
    return oauth.processIntrospectionResponse(server, CLIENT, response);
  };

  test('discovers where everything is (RFC 8414)', () => {
    const origin = service.url;
    expect(server).toMatchObject({
      issuer: origin,
      introspection_endpoint: `${origin}/v1/introspect`,
      introspection_endpoint_auth_methods_supported: ['Bearer'],
      revocation_endpoint: `${origin}/v1/revoke`,
      revocation_endpoint_auth_methods_supported: ['none'],
      response_types_supported: [],
      grant_types_supported: [],
    });
  });

  test('introspects (RFC 7662)', async () => {
    expect(await introspect(await createToken())).toMatchObject({
      active: true,
      scope: 'projects:read',
      username: INTROSPECTOR,
      sub: '1',
      iss: server.issuer,
      token_type: 'Bearer',
    });
    expect(await introspect('nonsense')).toEqual({ active: false });
  });

  test('understands that its own token will not do', async () => {
    const token = await createToken();
    const failure = await introspect(token, token).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
    expect(failure).toMatchObject({
      status: 403,
      cause: [{ scheme: 'bearer', parameters: { error: 'insufficient_scope', scope: 'tokens:introspect' } }],
    });
  });

  test('understands that its form is wrong', async () => {
    const additionalParameters = new URLSearchParams({ client_ip: 'here' });
    const response = await oauth.introspectionRequest(server, CLIENT, bearer(introspector), 'nonsense', {
      additionalParameters,
      ...LOOPBACK,
    });
    await expect(oauth.processIntrospectionResponse(server, CLIENT, response)).rejects.toMatchObject({
      name: 'ResponseBodyError',
      error: 'invalid_request',
    });
  });

  test('revokes (RFC 7009), and the token is dead', async () => {
    const doomed = await createToken();
    expect(await introspect(doomed)).toMatchObject({ active: true });
    for (const presented of [doomed, doomed, 'nonsense']) {
      const response = await oauth.revocationRequest(server, CLIENT, NONE, presented, LOOPBACK);
      await oauth.processRevocationResponse(response);
    }
    expect(await introspect(doomed)).toEqual({ active: false });
  });
});
