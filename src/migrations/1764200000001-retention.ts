import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';

const EXPIRY_INDEX = 'idx_personal_access_tokens_expires_at';

/** Who removes what is old, and how it finds the tokens that are. */
export class Retention1764200000001 implements MigrationInterface {
  readonly name = 'Retention1764200000001';

  async up(runner: QueryRunner): Promise<void> {
    const ascii =
      runner.dataSource.options.type === 'mysql' ? { charset: 'ascii', collation: 'ascii_bin' } : {};
    await runner.createTable(
      new Table({
        name: 'leases',
        columns: [
          { name: 'name', type: 'varchar', length: '32', isPrimary: true, ...ascii },
          { name: 'expires_at', type: 'datetime', precision: 3 },
        ],
      }),
    );
    await runner.query("INSERT INTO leases (name, expires_at) VALUES ('pruning', '2000-01-01 00:00:00.000')");
    await runner.createIndex(
      'personal_access_tokens',
      new TableIndex({ name: EXPIRY_INDEX, columnNames: ['expires_at'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('personal_access_tokens', EXPIRY_INDEX);
    await runner.dropTable('leases');
  }
}
