import { ApiProperty } from '@nestjs/swagger';
import type { UserProfile } from '../access/principal.js';

export class UserBody {
  @ApiProperty({ type: 'integer', format: 'int64', example: 1 })
  readonly id!: number;

  @ApiProperty({ example: 'Ada Lovelace' })
  readonly name!: string;

  @ApiProperty({ format: 'email', example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T16:25:33.787Z' })
  readonly created_at!: string;
}

export const userBody = ({ id, name, email, createdAt }: UserProfile): UserBody => ({
  id,
  name,
  email,
  created_at: createdAt.toISOString(),
});
