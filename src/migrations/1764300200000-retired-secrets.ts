import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** What secrets tokens had before. */
export class RetiredSecrets1764300200000 implements MigrationInterface {
  readonly name = 'RetiredSecrets1764300200000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    await runner.createTable(
      new Table({
        name: 'retired_secrets',
        columns: [
          {
            name: 'secret_hash',
            type: 'varchar',
            length: '64',
            isPrimary: true,
            ...(mysql ? { charset: 'ascii', collation: 'ascii_bin' } : {}),
          },
          { name: 'token_id', type: mysql ? 'bigint' : 'integer' },
          { name: 'retired_at', type: 'datetime', precision: 3 },
        ],
        indices: [{ name: 'idx_retired_secrets_token_id', columnNames: ['token_id', 'retired_at'] }],
        foreignKeys: [
          {
            name: 'fk_retired_secrets_token_id',
            columnNames: ['token_id'],
            referencedTableName: 'personal_access_tokens',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
            onUpdate: 'NO ACTION',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('retired_secrets');
  }
}
