import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVERS } from '../rows.mjs';
import { TcpProxy } from '../../test/harness/tcp-proxy.ts';
import { startServer, stop } from './processes.mjs';
import { seedMariaDb, seedSqlite } from './seed.mjs';
import { introspectorId, sampleIds, secretOf, spreadIds, tokenOf } from './tokens.mjs';

/** So many values of a header at most are kept for the load to draw from. */
const SAMPLE = 100_000;

/** So many batches are kept for the load to draw from. */
const BATCHES = 100;

/** @param {() => number} draw a token's id */
const batchOf = (draw) => JSON.stringify({ tokens: Array.from({ length: 1000 }, () => tokenOf(draw())) });

/**
 * How often the service writes its last-used stamps here: five times as often as it does by default, so that
 * every measurement holds several writes and pays for all of its own.
 */
export const FLUSH_MS = 1000;

const scriptOf = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const LATCHKEY_SETTINGS = { LOG_LEVEL: 'info', LOG_FORMAT: 'json', BACKGROUND_FLUSH_MS: String(FLUSH_MS) };

/** Everything that must be there before a row can be measured: databases, tokens, servers. */
export class Stage {
  /** @type {Map<string, Awaited<ReturnType<typeof startServer>>>} */
  #servers = new Map();
  /** @type {Record<string, string>} */
  #urls = {};
  #say;

  /**
   * @param {import('./mariadb.mjs').MariaDb} mariadb
   * @param {string} directory for files of this run
   * @param {number} tokens
   * @param {(line: string) => void} say
   */
  constructor(mariadb, directory, tokens, say) {
    this.mariadb = mariadb;
    this.directory = directory;
    this.tokens = tokens;
    this.sqlitePath = join(directory, 'latchkey.sqlite');
    this.#say = say;
  }

  /** @param {readonly import('../rows.mjs').Row[]} rows */
  async setUp(rows) {
    this.#writeHeaders();
    const named = rows.map(({ server }) => server);
    // Whoever is asked starts first.
    const names = [...new Set([...named.flatMap((name) => SERVERS[name].asks ?? []), ...named])];
    const needs = (engine) => names.some((name) => SERVERS[name].database === engine);
    if (needs('sqlite')) await this.#prepareSqlite();
    if (needs('mysql')) await this.#prepareMariaDb();
    if (names.includes('proxied')) await this.#startProxy();
    for (const name of names) {
      this.#say(`starting ${name}`);
      const { script, role } = SERVERS[name];
      this.#servers.set(name, await this.#start(script, await this.#environmentOf(name), role));
    }
  }

  /** @param {string} name */
  server(name) {
    const server = this.#servers.get(name);
    if (server === undefined) throw new Error(`No server ${name} was started.`);
    return server;
  }

  /**
   * The header a row's requests carry.
   * @param {import('../rows.mjs').Row} row
   */
  headerOf({ presents, introspects }) {
    if (introspects !== undefined) {
      const file = this.#headerFile('introspector');
      return { header: 'authorization', file, bodyFile: this.#headerFile(`bodies-${introspects}`) };
    }
    if (presents === undefined) return {};
    const header = presents === 'keys' ? 'x-api-key' : 'authorization';
    return { header, file: this.#headerFile(presents) };
  }

  /** How long after a measurement the service may still write what belongs to it. @param {import('../rows.mjs').Row} row */
  settlingMs = ({ server, presents, introspects }) =>
    SERVERS[server].isLatchkey && (presents ?? introspects) ? 1.5 * FLUSH_MS : 0;

  get hasSqlite() {
    return this.#urls.sqlite !== undefined;
  }

  get directUrl() {
    return this.#urls.mysql;
  }

  get proxiedUrl() {
    return this.#urls.proxied;
  }

  /** Milliseconds added to each round trip through the proxy. @param {number} delayMs */
  setDelay(delayMs) {
    this.proxy.delayMs = delayMs / 2;
  }

  #headerFile = (presents) => join(this.directory, `${presents}.txt`);

  #writeHeaders() {
    const thousand = spreadIds(Math.min(1000, this.tokens), this.tokens);
    const bearer = (id) => `Bearer ${tokenOf(id)}`;
    const values = {
      one: [bearer(Math.ceil(this.tokens / 2))],
      thousand: thousand.map(bearer),
      all: sampleIds(this.tokens, SAMPLE).map(bearer),
      keys: thousand.map(secretOf),
      introspector: [bearer(introspectorId(this.tokens))],
      'bodies-one': [batchOf(() => Math.ceil(this.tokens / 2))],
      'bodies-all': Array.from({ length: BATCHES }, () =>
        batchOf(() => 1 + Math.floor(Math.random() * this.tokens)),
      ),
    };
    for (const [presents, lines] of Object.entries(values)) {
      writeFileSync(this.#headerFile(presents), `${lines.join('\n')}\n`);
    }
    this.keyIds = thousand;
  }

  async #prepareSqlite() {
    this.#urls.sqlite = `sqlite:${this.sqlitePath}`;
    await this.#migrate(this.#urls.sqlite);
    await this.#timed('SQLite', () => seedSqlite(this.sqlitePath, this.tokens));
  }

  async #prepareMariaDb() {
    this.#urls.mysql = await this.mariadb.create('service');
    await this.#migrate(this.#urls.mysql);
    this.serviceDatabase = new URL(this.#urls.mysql).pathname.slice(1);
    await this.#timed('MariaDB', () => seedMariaDb(this.mariadb, this.serviceDatabase, this.tokens));
  }

  async #timed(engine, work) {
    const tokens = this.tokens.toLocaleString('en');
    this.#say(`putting ${tokens} tokens into ${engine}`);
    const before = performance.now();
    await work();
    this.#say(`put ${tokens} tokens into ${engine} in ${Math.round((performance.now() - before) / 1000)} s`);
  }

  /** The service makes its own tables. */
  async #migrate(url) {
    const { program } = await this.#start(SERVERS.mysql.script, {
      ...LATCHKEY_SETTINGS,
      DATABASE_URL: url,
    });
    await stop(program);
  }

  async #startProxy() {
    this.proxy = await TcpProxy.start(Number(this.mariadb.url.port || '3306'));
    this.#urls.proxied = this.mariadb.at(this.serviceDatabase, this.proxy.port);
  }

  #start(script, environment, role) {
    return startServer(scriptOf(script), environment, this.directory, role);
  }

  async #environmentOf(name) {
    const { database, isLatchkey, asks } = SERVERS[name];
    const url = this.#urls[name] ?? this.#urls[database];
    if (isLatchkey) return { ...LATCHKEY_SETTINGS, DATABASE_URL: url };
    if (name.startsWith('service-')) {
      return {
        PROTECTION: name.slice('service-'.length),
        ...(asks && { LATCHKEY_URL: this.server(asks).origin }),
        LATCHKEY_TOKEN: tokenOf(introspectorId(this.tokens)),
      };
    }
    if (name === 'tutorial') return { DATABASE_URL: this.#urls.mysql };
    if (database === undefined) return {};
    const storage = name.slice('better-auth-'.length);
    return {
      DATABASE_URL: await this.mariadb.create(`better_auth_${storage}`),
      STORAGE: storage,
      KEYS: JSON.stringify(this.keyIds),
    };
  }
}
