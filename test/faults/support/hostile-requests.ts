/** Requests that are made to cost much. Each is one kind, at the size that costs most. */

/** What a stranger's requests say of where they come from; their proxy is trusted. */
const FROM = 'X-Forwarded-For: 192.0.2.66';
const ORIGIN = 'Origin: http://localhost:3000';
const JSON_TYPE = 'Content-Type: application/json';
const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded';

export interface Hostile {
  readonly name: string;
  readonly bytes: Buffer;
  /** The statuses that refuse it. */
  readonly refused: readonly number[];
}

const many = (count: number, one: (at: number) => string, separator = ','): string =>
  Array.from({ length: count }, (_, at) => one(at)).join(separator);

/** @param size about how many bytes */
const keys = (size: number): string =>
  `{${many(Math.floor(size / 9) - 1, (at) => `"${(at + 1e9).toString(36).slice(-4)}":1`)}}`;

function request(line: string, headers: readonly string[], body?: string): Buffer {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${line} HTTP/1.1`, 'Host: localhost', ...headers, ...length, '', ''].join('\r\n');
  return Buffer.from(head + (body ?? ''));
}

/** The largest body that any route took once, and one that a route may still read. */
const SIZES = [65_000, 5000];

export function anonymous(): Hostile[] {
  const post = (path: string, body: string, type = JSON_TYPE) =>
    request(`POST ${path}`, [FROM, ORIGIN, type], body);
  const login = '/v1/auth/login';
  const text = (value: string) => JSON.stringify({ email: value, password: value });
  return [
    ...SIZES.flatMap((size): Hostile[] => [
      { name: `keys to sign-in, ${size}`, bytes: post(login, keys(size)), refused: [400, 413, 429] },
      {
        name: `keys to registration, ${size}`,
        bytes: post('/v1/auth/register', keys(size)),
        refused: [400, 413, 429],
      },
      {
        name: `a form of keys to revocation, ${size}`,
        bytes: post(
          '/v1/revoke',
          many(size / 8, (at) => `k${at}=1`, '&'),
          FORM_TYPE,
        ),
        refused: [400, 413, 429],
      },
      {
        name: `one field again and again to revocation, ${size}`,
        bytes: post(
          '/v1/revoke',
          many(size / 8, () => 'token=1', '&'),
          FORM_TYPE,
        ),
        refused: [400, 413, 429],
      },
      {
        name: `depth to sign-in, ${size}`,
        bytes: post(login, `{"email":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`),
        refused: [400, 413, 429],
      },
      {
        name: `digits to sign-in, ${size}`,
        bytes: post(login, `{"email":${'9'.repeat(size)}}`),
        refused: [400, 413, 429],
      },
      {
        name: `a long address to sign-in, ${size}`,
        bytes: post(login, text(`${'a@'.repeat(size / 10)}${'a.'.repeat(size / 10)}com`)),
        refused: [400, 413, 429],
      },
      {
        name: `keys with credentials that are none, ${size}`,
        bytes: request(
          'POST /v1/current_user/tokens/create',
          [FROM, JSON_TYPE, 'Authorization: Bearer 1|x'],
          keys(size),
        ),
        refused: [401, 413, 429],
      },
      { name: `keys to nowhere, ${size}`, bytes: post('/v1/nothing', keys(size)), refused: [404, 413] },
      {
        name: `keys to a page that takes none, ${size}`,
        bytes: post('/v1/auth/session', keys(size)),
        refused: [405, 413],
      },
    ]),
    {
      name: 'parameters',
      bytes: request(`GET /v1/current_user/tokens?${many(2400, (at) => `k${at}`, '&')}`, [FROM]),
      refused: [400, 401, 431],
    },
    {
      name: 'scopes to forward-auth',
      bytes: request(`GET /v1/verify?${many(1500, () => 'scope=a', '&')}`, [
        FROM,
        'Authorization: Bearer 1|x',
      ]),
      refused: [400, 401, 403, 429],
    },
    {
      name: 'cookies',
      bytes: request('GET /v1/current_user', [FROM, `Cookie: ${many(3000, () => 'a=1', ';')}`]),
      refused: [401, 431],
    },
    {
      name: 'header lines',
      bytes: request('GET /v1/current_user', [FROM, ...Array.from({ length: 1800 }, (_, at) => `a${at}:1`)]),
      refused: [401, 431],
    },
    {
      name: 'addresses',
      bytes: request('GET /v1/current_user', [`X-Forwarded-For: ${many(1400, () => '127.0.0.1')}`]),
      refused: [401],
    },
  ];
}

/** @param token one that may create tokens @param service one that may introspect */
export function withToken(token: string, service: string): Hostile[] {
  const post = (path: string, by: string, body: string, type = JSON_TYPE) =>
    request(`POST ${path}`, [FROM, type, `Authorization: Bearer ${by}`], body);
  const create = '/v1/current_user/tokens/create';
  const wish = (more: string) => `{"token_name":"x",${more}}`;
  return [
    ...[65_000, 15_000].flatMap((size): Hostile[] => [
      { name: `keys to a new token, ${size}`, bytes: post(create, token, keys(size)), refused: [400, 413] },
      {
        name: `scopes to a new token, ${size}`,
        bytes: post(create, token, wish(`"scopes":[${many(size / 8, () => '"a:b:c"')}]`)),
        refused: [400, 413],
      },
      {
        name: `ranges to a new token, ${size}`,
        bytes: post(create, token, wish(`"allowed_cidrs":[${many(size / 14, () => '"2001:db8::1"')}]`)),
        refused: [400, 413],
      },
      {
        name: `a form of keys to introspection, ${size}`,
        bytes: post(
          '/v1/introspect',
          service,
          many(size / 8, (at) => `k${at}=1`, '&'),
          FORM_TYPE,
        ),
        refused: [400, 413],
      },
    ]),
    {
      name: 'parameters to the list',
      bytes: request(`GET /v1/current_user/tokens?${many(2400, (at) => `k${at}`, '&')}`, [
        FROM,
        `Authorization: Bearer ${token}`,
      ]),
      refused: [400],
    },
    {
      name: 'keys to a batch',
      bytes: post('/v1/introspect/batch', service, keys(250_000)),
      refused: [400, 413],
    },
    {
      name: 'lists to a batch',
      bytes: post('/v1/introspect/batch', service, `{"tokens":[${many(80_000, () => '[]')}]}`),
      refused: [400, 413],
    },
    {
      name: 'addresses to a batch',
      bytes: post(
        '/v1/introspect/batch',
        service,
        `{"tokens":["x"],"client_ips":[${many(18_000, () => '"192.0.2.7"')}]}`,
      ),
      refused: [400, 413],
    },
  ];
}
