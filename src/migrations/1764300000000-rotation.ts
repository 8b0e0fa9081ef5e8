import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'personal_access_tokens';
const COLUMNS = ['rotated_at', 'previous_secret_last_used_at'];

/**
 * When a token was rotated, and whether the secret before is still in use. Plain SQL, the same on both engines:
 * TypeORM would copy SQLite's table, which then forgets the highest id there ever was, and gives it out again.
 */
export class Rotation1764300000000 implements MigrationInterface {
  readonly name = 'Rotation1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await runner.query(`ALTER TABLE ${TABLE} ADD COLUMN ${column} datetime(3)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await runner.query(`ALTER TABLE ${TABLE} DROP COLUMN ${column}`);
  }
}
