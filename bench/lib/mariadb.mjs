import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { nameOf } from './usage.mjs';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const TIMEOUT_MS = 5000;

/** Settings of the server that decide what it can do; written into the results. */
const SETTINGS = [
  'version',
  'innodb_buffer_pool_size',
  'innodb_flush_log_at_trx_commit',
  'sync_binlog',
  'log_bin',
];

/** A MySQL or MariaDB server on this machine, and the databases this run makes there. */
export class MariaDb {
  /** @type {string[]} */
  #made = [];

  /**
   * @param {URL} url
   * @param {import('mysql2/promise').Connection} connection
   */
  constructor(url, connection) {
    this.url = url;
    this.connection = connection;
  }

  /**
   * @param {string} address
   * @throws {Error} of one line, where there is no server this run may use
   */
  static async connect(address) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== 'mysql:' || !/^\/\w{1,40}$/.test(url.pathname)) {
      throw new Error('DATABASE_URL must be mysql://user:password@host:port/database.');
    }
    if (!LOOPBACK.has(url.hostname))
      throw new Error(`The benchmark runs on this machine alone, not on ${url.hostname}.`);
    const server = new URL(url);
    server.pathname = '/';
    try {
      return new MariaDb(url, await createConnection({ uri: server.href, connectTimeout: TIMEOUT_MS }));
    } catch (error) {
      throw new Error(`No database server answers at ${url.host}: ${error.message || error.code}`, {
        cause: error,
      });
    }
  }

  /** The processor time of the server is known only where its process can be seen. */
  async pid() {
    const [[row]] = await this.connection.query('SELECT @@pid_file AS pidFile');
    try {
      const pid = Number(readFileSync(row.pidFile, 'utf8'));
      return /^(mariadbd|mysqld)/.test(nameOf(pid) ?? '') ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * A new database. One that is there already is somebody's, and is left alone.
   * @param {string} suffix
   * @returns {Promise<string>} its URL
   */
  async create(suffix) {
    const name = `${this.url.pathname.slice(1)}_${suffix}`;
    try {
      await this.connection.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
    } catch (error) {
      if (error.code !== 'ER_DB_CREATE_EXISTS') throw error;
      throw new Error(`The database ${name} is there already. Drop it, or name another in DATABASE_URL.`, {
        cause: error,
      });
    }
    this.#made.push(name);
    return this.at(name, this.url.port || '3306');
  }

  /**
   * @param {string} name
   * @param {string | number} port
   */
  at(name, port) {
    const url = new URL(this.url);
    url.pathname = name;
    url.port = String(port);
    return url.href;
  }

  /** Drops what this run made and nothing else. */
  async close() {
    for (const name of this.#made) await this.connection.query(`DROP DATABASE \`${name}\``);
    await this.connection.end();
  }

  /** Statements of all clients since the server started. This question counts as one. */
  async statements() {
    const [rows] = await this.connection.query(
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Com_select', 'Com_update')",
    );
    const count = Object.fromEntries(rows.map((row) => [row.Variable_name, Number(row.Value)]));
    return { all: count.Questions, selects: count.Com_select, updates: count.Com_update };
  }

  async settings() {
    const [rows] = await this.connection.query('SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)', [
      SETTINGS,
    ]);
    return Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value]));
  }

  /** @param {string} name of one of its databases @returns {Promise<number>} bytes on disk, as far as it knows */
  async sizeOf(name) {
    const [[row]] = await this.connection.query(
      'SELECT SUM(data_length + index_length) AS size FROM information_schema.tables WHERE table_schema = ?',
      [name],
    );
    return Number(row.size);
  }
}
