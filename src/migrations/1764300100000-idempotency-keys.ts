import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** Requests that shall not be done twice. */
export class IdempotencyKeys1764300100000 implements MigrationInterface {
  readonly name = 'IdempotencyKeys1764300100000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const bigint = mysql ? 'bigint' : 'integer';
    const hash = {
      type: 'varchar',
      length: '64',
      ...(mysql ? { charset: 'ascii', collation: 'ascii_bin' } : {}),
    };
    await runner.createTable(
      new Table({
        name: 'idempotency_keys',
        columns: [
          { name: 'key_hash', isPrimary: true, ...hash },
          { name: 'user_id', type: bigint },
          { name: 'request_hash', ...hash },
          { name: 'secret_hash', ...hash },
          { name: 'token_id', type: bigint, isNullable: true },
          { name: 'claimed_at', type: 'datetime', precision: 3 },
        ],
        indices: [
          { name: 'idx_idempotency_keys_user_id', columnNames: ['user_id'] },
          { name: 'idx_idempotency_keys_claimed_at', columnNames: ['claimed_at'] },
        ],
        foreignKeys: [
          {
            name: 'fk_idempotency_keys_user_id',
            columnNames: ['user_id'],
            referencedTableName: 'users',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
            onUpdate: 'NO ACTION',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('idempotency_keys');
  }
}
