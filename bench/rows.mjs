/** What is measured. The order is that of the results. */

/**
 * @typedef {object} Row
 * @property {string} id what figures and --only call it
 * @property {string} label
 * @property {keyof typeof SERVERS} server
 * @property {string} path
 * @property {'one' | 'thousand' | 'all' | 'keys'} [presents] tokens, each request one of them at random
 * @property {'one' | 'all'} [introspects] a thousand such tokens in each request
 * @property {number} connections
 * @property {number} [delayMs] added to each round trip to the database
 */

const LATCHKEY = 'servers/latchkey.mjs';

/**
 * `database`: which one it needs. `isLatchkey`: the service itself. `asks`: which server it asks about tokens.
 * `role`: where it runs, if it is not where the server under load does.
 * @satisfies {Record<string, { script: string, database?: 'sqlite' | 'mysql', isLatchkey?: boolean, asks?: string, role?: 'load' }>}
 */
export const SERVERS = {
  'node-http': { script: 'servers/node-http.mjs' },
  fastify: { script: 'servers/fastify.mjs' },
  sqlite: { script: LATCHKEY, database: 'sqlite', isLatchkey: true },
  mysql: { script: LATCHKEY, database: 'mysql', isLatchkey: true },
  proxied: { script: LATCHKEY, database: 'mysql', isLatchkey: true },
  beside: { script: LATCHKEY, database: 'mysql', isLatchkey: true, role: 'load' },
  'service-none': { script: 'servers/service.mjs' },
  'service-client': { script: 'servers/service.mjs', asks: 'beside' },
  'service-each': { script: 'servers/service.mjs', asks: 'beside' },
  tutorial: { script: 'servers/tutorial.mjs', database: 'mysql' },
  'better-auth-database': { script: 'servers/better-auth.mjs', database: 'mysql' },
  'better-auth-memory': { script: 'servers/better-auth.mjs', database: 'mysql' },
};

const PUBLIC = '/bench/public';
const BEARER = '/v1/current_user';
const VERIFY = '/v1/verify';
const BATCH = '/v1/introspect/batch';
/** Each asks for a thousand tokens: more would only wait for one another. */
const BATCH_CONNECTIONS = 4;

/**
 * @param {number} connections
 * @param {number} tokens
 * @returns {Row[]}
 */
export function rows(connections, tokens) {
  const many = 4 * connections;
  const all = `${tokens.toLocaleString('en')} tokens at random`;
  return [
    row('node-http', 'bare node:http', 'node-http', '/', connections),
    row('fastify', 'bare Fastify', 'fastify', '/', connections),
    ...['sqlite', 'mysql'].flatMap((engine) => {
      const name = `Latchkey, ${engine === 'sqlite' ? 'SQLite' : 'MariaDB'}`;
      const bearer = (id, label, presents, count = connections) =>
        row(`${engine}-${id}`, `${name}, ${label}`, engine, BEARER, count, { presents });
      return [
        row(`${engine}-public`, `${name}, public route`, engine, PUBLIC, connections),
        bearer('hot', 'one hot token', 'one'),
        bearer('thousand', '1,000 tokens', 'thousand'),
        bearer('all', all, 'all'),
        row(`${engine}-public-alone`, `${name}, public route, alone`, engine, PUBLIC, 1),
        bearer('thousand-alone', '1,000 tokens, alone', 'thousand', 1),
      ];
    }),
    row('mysql-verify-hot', 'Latchkey, MariaDB, /v1/verify, one hot token', 'mysql', VERIFY, connections, {
      presents: 'one',
    }),
    row(
      'mysql-verify-thousand',
      'Latchkey, MariaDB, /v1/verify, 1,000 tokens',
      'mysql',
      VERIFY,
      connections,
      {
        presents: 'thousand',
      },
    ),
    ...['one', 'all'].map((introspects) => {
      const label = `Latchkey, MariaDB, batches of 1,000, ${introspects === 'one' ? 'one hot token' : all}`;
      return row(`mysql-batch-${introspects}`, label, 'mysql', BATCH, BATCH_CONNECTIONS, { introspects });
    }),
    row('service-none', 'a NestJS service, unprotected', 'service-none', '/', connections),
    ...[
      ['service-client', 'the same, protected by latchkey-client'],
      ['service-each', 'the same, one introspection for each request'],
    ].map(([server, label]) =>
      row(server, `${label}, 1,000 tokens`, server, '/', connections, { presents: 'thousand' }),
    ),
    ...[1, 5, 20].map((delayMs) => proxied(delayMs, connections)),
    ...[0, 1, 5, 20].map((delayMs) => proxied(delayMs, many)),
    row('tutorial', 'the tutorial way, 1,000 tokens', 'tutorial', '/', connections, { presents: 'thousand' }),
    ...['database', 'memory'].map((storage) => {
      const server = `better-auth-${storage}`;
      const label = `better-auth, keys in ${storage === 'memory' ? 'its memory' : 'MariaDB'}, 1,000 keys`;
      return row(server, label, server, '/', connections, { presents: 'keys' });
    }),
  ];
}

const row = (id, label, server, path, connections, more = {}) => ({
  id,
  label,
  server,
  path,
  connections,
  ...more,
});

const proxied = (delayMs, connections) =>
  row(
    `delay-${delayMs}-${connections}`,
    `Latchkey, MariaDB +${delayMs} ms, 1,000 tokens`,
    'proxied',
    BEARER,
    connections,
    { presents: 'thousand', delayMs },
  );
