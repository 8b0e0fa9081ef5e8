import { type Connection, createConnection } from 'mysql2/promise';
import { until } from '../../support/until.js';

/** A database server seen past the service: what it has done, and what it is doing. */
export class ServerView {
  private constructor(
    /** For what an operator, or another application, does there. */
    readonly connection: Connection,
  ) {}

  static async connect(url: string): Promise<ServerView> {
    return new ServerView(await createConnection(url));
  }

  /** SELECT statements since the server was started, by all clients. */
  async selects(): Promise<number> {
    const [rows] = await this.connection.query("SHOW GLOBAL STATUS LIKE 'Com_select'");
    return Number((rows as { Value: string }[])[0]?.Value);
  }

  /** Connections to our database, but for this one. */
  async connections(): Promise<number> {
    const [rows] = await this.connection.query(
      'SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()',
    );
    return Number((rows as { count: number }[])[0]?.count);
  }

  /** Resolves when a statement of somebody else has been held up for a moment: by a lock. */
  async untilWaiting(): Promise<void> {
    const sql =
      "SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND COMMAND = 'Query' AND TIME_MS > 100";
    await until(async () => ((await this.connection.query(sql))[0] as unknown[]).length > 0);
  }

  async close(): Promise<void> {
    await this.connection.end();
  }
}
