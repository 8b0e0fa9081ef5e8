import { ApiProperty } from '@nestjs/swagger';
import type { AuditEvent } from './audit-event.entity.js';
import { EVENT_KINDS, type EventKind } from './audit-event.js';

const TIME = { type: String, format: 'date-time', example: '2026-11-23T16:25:33.787Z' } as const;
const ID = { type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;

export class EventBody {
  @ApiProperty({ ...ID, example: 1 })
  readonly id!: number;

  @ApiProperty({ enum: EVENT_KINDS, example: 'token_created' })
  readonly kind!: EventKind;

  @ApiProperty({ ...TIME, description: 'When it happened; the first time, where `count` is more than 1.' })
  readonly created_at!: string;

  @ApiProperty({ ...TIME, description: 'The last time.' })
  readonly last_at!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'How often. Refusals of one token for one reason within an hour are one event.',
    example: 1,
  })
  readonly count!: number;

  @ApiProperty({ ...ID, nullable: true, description: 'The token that did it; `null` for a person.' })
  readonly actor_token_id!: number | null;

  @ApiProperty({ ...ID, nullable: true, description: 'The token it happened to.' })
  readonly token_id!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What that token was called then.',
    example: 'Automation Script - Project Updates',
  })
  readonly token_name!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Where the request came from; the last one, where `count` is more than 1.',
    example: '192.0.2.7',
  })
  readonly address!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the client called itself, at most 255 characters of it.',
    example: 'curl/8.5.0',
  })
  readonly user_agent!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'A word more, such as the scope that was missing.',
    example: null,
  })
  readonly detail!: string | null;
}

/** An event, as the owner of the account sees it. */
export const eventBody = (event: AuditEvent): EventBody => ({
  id: event.id,
  kind: event.kind,
  created_at: event.createdAt.toISOString(),
  last_at: event.lastAt.toISOString(),
  count: event.count,
  actor_token_id: event.actorTokenId,
  token_id: event.tokenId,
  token_name: event.tokenName,
  address: event.address,
  user_agent: event.userAgent,
  detail: event.detail,
});
