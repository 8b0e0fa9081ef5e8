import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';

/** Counts that all instances share. */
export class RateLimits1764500000000 implements MigrationInterface {
  readonly name = 'RateLimits1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const ascii = mysql ? { charset: 'ascii', collation: 'ascii_bin' } : {};
    await runner.createTable(
      new Table({
        name: 'rate_limits',
        columns: [
          { name: 'name', type: 'varchar', length: '64', isPrimary: true, ...ascii },
          { name: 'points', type: mysql ? 'int' : 'integer' },
          { name: 'ends_at', type: mysql ? 'bigint' : 'integer' },
        ],
        indices: [new TableIndex({ name: 'idx_rate_limits_ends_at', columnNames: ['ends_at'] })],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('rate_limits');
  }
}
