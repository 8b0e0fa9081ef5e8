import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often a token may be used. Plain SQL, so that SQLite's table is not copied: what refers to it would go. */
export class TokenRateLimit1764500100000 implements MigrationInterface {
  readonly name = 'TokenRateLimit1764500100000';

  async up(runner: QueryRunner): Promise<void> {
    const int = runner.dataSource.options.type === 'mysql' ? 'int' : 'integer';
    await runner.query(`ALTER TABLE personal_access_tokens ADD COLUMN rate_limit ${int} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE personal_access_tokens DROP COLUMN rate_limit');
  }
}
