import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which users are services. Plain SQL, so that SQLite's table is not copied: what refers to it would go. */
export class ServiceAccounts1764400000000 implements MigrationInterface {
  readonly name = 'ServiceAccounts1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN is_service tinyint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN is_service');
  }
}
