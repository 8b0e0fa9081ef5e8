import { ApiProperty } from '@nestjs/swagger';
import type { PersonalAccessToken } from './token.entity.js';
import type { Use } from './verification/last-used.repository.js';
import { latest } from './verification/last-used.js';

export class CreatedTokenBody {
  @ApiProperty({
    description: 'The token. Copy and save it immediately: it will only be shown once.',
    example: '1|abc123def456ghi789jkl012mno345pqr678stu9a8383fe5',
  })
  readonly token!: string;
}

export class DeletedTokensBody {
  @ApiProperty({ type: 'integer', description: 'How many tokens there were.', example: 3 })
  readonly deleted!: number;
}

const TIME = { type: String, format: 'date-time', example: '2026-11-23T16:25:33.787Z' } as const;
const ID = { type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;

export class TokenBody {
  @ApiProperty({ ...ID, example: 1 })
  readonly id!: number;

  @ApiProperty({ example: 'Automation Script - Project Updates' })
  readonly name!: string;

  @ApiProperty({
    type: [String],
    description:
      '`*` is everything its user may do; empty if the row was spoilt, and then the token is refused.',
    example: ['*'],
  })
  readonly scopes!: string[];

  @ApiProperty(TIME)
  readonly created_at!: string;

  @ApiProperty({ ...TIME, nullable: true, description: '`null` until the token is used.' })
  readonly last_used_at!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '192.0.2.7' })
  readonly last_used_ip!: string | null;

  @ApiProperty({
    type: String,
    enum: ['current', 'previous', null],
    nullable: true,
    description:
      'Which secret that was; after a rotation, a use from before it was one of the previous secret.',
    example: 'current',
  })
  readonly last_used_secret!: 'current' | 'previous' | null;

  @ApiProperty({ ...TIME, nullable: true, description: '`null` for a token that does not expire.' })
  readonly expires_at!: string | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description:
      'The ranges the token may be used from; `null` for anywhere. Empty if the row was spoilt: nowhere.',
    example: ['192.0.2.0/24'],
  })
  readonly allowed_cidrs!: string[] | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Requests a minute that the token is good for; `null` for as many as it likes.',
    example: null,
  })
  readonly rate_limit!: number | null;

  @ApiProperty({ ...ID, nullable: true, description: 'The token that made this one.', example: null })
  readonly parent_id!: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'How many tokens it made, and they made in turn: they are deleted with it.',
    example: 0,
  })
  readonly descendant_count!: number;

  @ApiProperty({ ...TIME, nullable: true, description: '`null` until the token is rotated.' })
  readonly rotated_at!: string | null;

  @ApiProperty({
    ...TIME,
    nullable: true,
    description:
      'How long the secret from before the last rotation is still accepted; `null` when it is not.',
  })
  readonly previous_secret_expires_at!: string | null;

  @ApiProperty({
    ...TIME,
    nullable: true,
    description: 'When the secret from before the last rotation was last used.',
  })
  readonly previous_secret_last_used_at!: string | null;
}

/**
 * A token as its owner sees it.
 * @param pending a use that may not be written yet @param descendants how many tokens came of it
 */
export function tokenBody(
  token: PersonalAccessToken,
  pending: Use | undefined,
  descendants: number,
  now: Date,
): TokenBody {
  const used =
    pending && (token.lastUsedAt === null || token.lastUsedAt < pending.at)
      ? pending
      : { at: token.lastUsedAt, address: token.lastUsedIp };
  const previousAt = previousSecretLastUsedAt(token, pending);
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: token.createdAt.toISOString(),
    last_used_at: used.at?.toISOString() ?? null,
    last_used_ip: used.address,
    last_used_secret: used.at && (previousAt !== null && previousAt >= used.at ? 'previous' : 'current'),
    expires_at: token.expiresAt?.toISOString() ?? null,
    allowed_cidrs: token.allowedCidrs,
    rate_limit: token.rateLimit,
    parent_id: token.parentId,
    descendant_count: descendants,
    rotated_at: token.rotatedAt?.toISOString() ?? null,
    previous_secret_expires_at: overlapEnd(token, now)?.toISOString() ?? null,
    previous_secret_last_used_at: previousAt?.toISOString() ?? null,
  };
}

/** Null if no overlap is running. */
const overlapEnd = ({ previousSecretExpiresAt: end }: PersonalAccessToken, now: Date): Date | null =>
  end !== null && end > now ? end : null;

/** A use from before the rotation was made with the secret that is now the previous one. */
function previousSecretLastUsedAt(token: PersonalAccessToken, pending: Use | undefined): Date | null {
  const { rotatedAt, previousSecretLastUsedAt: written } = token;
  if (pending === undefined || rotatedAt === null) return written;
  return latest(written, pending.at < rotatedAt ? pending.at : pending.previousAt);
}
