import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/**
 * The record of what happened to whom. No foreign keys: it tells of tokens that are gone, and whoever writes
 * it locks nothing else.
 */
export class AuditEvents1764200000000 implements MigrationInterface {
  readonly name = 'AuditEvents1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const bigint = mysql ? 'bigint' : 'integer';
    const inMysql = (charset: string, collation: string) => (mysql ? { charset, collation } : {});
    const words = inMysql('utf8mb4', 'utf8mb4_unicode_ci');
    const ascii = inMysql('ascii', 'ascii_bin');
    const text = (name: string, length: number, isNullable: boolean, kind: object): TableColumnOptions => ({
      name,
      type: 'varchar',
      length: String(length),
      isNullable,
      ...kind,
    });
    const reference = (name: string, isNullable: boolean): TableColumnOptions => ({
      name,
      type: bigint,
      isNullable,
    });

    await runner.createTable(
      new Table({
        name: 'audit_events',
        columns: [
          {
            name: 'id',
            type: bigint,
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
          },
          reference('user_id', false),
          text('kind', 32, false, ascii),
          reference('token_id', true),
          text('token_name', 255, true, words),
          reference('actor_token_id', true),
          text('address', 45, true, ascii),
          text('user_agent', 255, true, words),
          text('detail', 255, true, words),
          { name: 'count', type: mysql ? 'int' : 'integer' },
          text('bucket', 80, true, ascii),
          { name: 'created_at', type: 'datetime', precision: 3 },
          { name: 'last_at', type: 'datetime', precision: 3 },
        ],
        indices: [
          { name: 'idx_audit_events_user_id_id', columnNames: ['user_id', 'id'] },
          { name: 'idx_audit_events_token_id_id', columnNames: ['token_id', 'id'] },
          { name: 'idx_audit_events_last_at', columnNames: ['last_at'] },
          { name: 'uq_audit_events_bucket', columnNames: ['bucket'], isUnique: true },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('audit_events');
  }
}
