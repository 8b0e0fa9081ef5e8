import Sqlite from 'libsql';
import { createConnection } from 'mysql2/promise';

/** A token as the database has it. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly secret_hash: string;
}

const SELECT = 'SELECT id, name, secret_hash FROM personal_access_tokens';

/** What the database holds, read past the service. */
export async function readTokens(databaseUrl: string): Promise<readonly Row[]> {
  if (databaseUrl.startsWith('sqlite:')) {
    const file = new Sqlite(databaseUrl.slice('sqlite:'.length));
    const rows = file.prepare(SELECT).all() as Row[];
    file.close();
    return rows;
  }
  const connection = await createConnection(databaseUrl);
  const [rows] = await connection.query(SELECT);
  await connection.end();
  return rows as Row[];
}
