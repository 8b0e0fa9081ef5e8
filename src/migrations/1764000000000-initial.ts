import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/** Users, their browser sessions and their tokens. */
export class Initial1764000000000 implements MigrationInterface {
  readonly name = 'Initial1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const bigint = mysql ? 'bigint' : 'integer';

    const id: TableColumnOptions = {
      name: 'id',
      type: bigint,
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    };
    const reference = (name: string, isNullable = false): TableColumnOptions => ({
      name,
      type: bigint,
      isNullable,
    });
    const time = (name: string, isNullable = false): TableColumnOptions => ({
      name,
      type: 'datetime',
      precision: 3,
      isNullable,
    });
    const inMysql = (charset: string, collation: string) => (mysql ? { charset, collation } : {});
    /** What people write. */
    const words = inMysql('utf8mb4', 'utf8mb4_unicode_ci');
    /** What is compared byte by byte. */
    const exact = inMysql('utf8mb4', 'utf8mb4_bin');
    const ascii = inMysql('ascii', 'ascii_bin');
    const toUser = (table: string) => ({
      name: `fk_${table}_user_id`,
      columnNames: ['user_id'],
      referencedTableName: 'users',
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
      onUpdate: 'NO ACTION',
    });

    await runner.createTable(
      new Table({
        name: 'users',
        columns: [
          id,
          { name: 'name', type: 'varchar', length: '255', ...words },
          { name: 'email', type: 'varchar', length: '254', ...exact },
          { name: 'password_hash', type: 'varchar', length: '255', ...ascii },
          { name: 'password_version', type: mysql ? 'int' : 'integer', default: 0 },
          time('disabled_at', true),
          time('created_at'),
        ],
        indices: [{ name: 'uq_users_email', columnNames: ['email'], isUnique: true }],
      }),
    );

    await runner.createTable(
      new Table({
        name: 'sessions',
        columns: [
          { name: 'id_hash', type: 'varchar', length: '64', isPrimary: true, ...ascii },
          reference('user_id'),
          { name: 'password_version', type: mysql ? 'int' : 'integer' },
          time('created_at'),
          time('last_seen_at'),
          time('expires_at'),
        ],
        indices: [{ name: 'idx_sessions_user_id', columnNames: ['user_id'] }],
        foreignKeys: [toUser('sessions')],
      }),
    );

    await runner.createTable(
      new Table({
        name: 'personal_access_tokens',
        columns: [
          id,
          reference('user_id'),
          reference('parent_id', true),
          { name: 'name', type: 'varchar', length: '255', ...words },
          { name: 'secret_hash', type: 'varchar', length: '64', ...ascii },
          { name: 'previous_secret_hash', type: 'varchar', length: '64', isNullable: true, ...ascii },
          time('previous_secret_expires_at', true),
          { name: 'scopes', type: 'text', ...exact },
          { name: 'allowed_cidrs', type: 'text', isNullable: true, ...exact },
          time('expires_at', true),
          time('last_used_at', true),
          { name: 'last_used_ip', type: 'varchar', length: '45', isNullable: true, ...ascii },
          time('created_at'),
        ],
        indices: [
          { name: 'idx_personal_access_tokens_user_id_id', columnNames: ['user_id', 'id'] },
          { name: 'idx_personal_access_tokens_parent_id', columnNames: ['parent_id'] },
        ],
        foreignKeys: [
          toUser('personal_access_tokens'),
          {
            name: 'fk_personal_access_tokens_parent_id',
            columnNames: ['parent_id'],
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
    await runner.dropTable('personal_access_tokens');
    await runner.dropTable('sessions');
    await runner.dropTable('users');
  }
}
