import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { canonicalAddress } from '../common/address.js';
import { ValidationProblem } from '../common/problem.js';
import { fault } from '../common/text.js';
import { withoutMargins } from './pasted-token.js';

const MAX_TOKENS = 1000;

const ID = { type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const SECONDS = { type: 'integer', description: 'Seconds since 1970.' } as const;

/** What a token is good for (RFC 7662 section 2.2). */
export class ActiveTokenBody {
  @ApiProperty({ type: Boolean, enum: [true] })
  readonly active!: true;

  @ApiProperty({
    description: 'Separated by spaces; `*` is everything its user may do.',
    example: 'projects:read',
  })
  readonly scope!: string;

  @ApiProperty({ description: "Its user's email address.", example: 'ada@example.com' })
  readonly username!: string;

  @ApiProperty({ description: "Its user's name.", example: 'Ada Lovelace' })
  readonly name!: string;

  @ApiProperty({ type: String, enum: ['Bearer'] })
  readonly token_type!: 'Bearer';

  @ApiPropertyOptional({ ...SECONDS, description: 'When it ends; missing for never. Seconds since 1970.' })
  readonly exp?: number;

  @ApiProperty({ ...SECONDS, description: 'When it was made. Seconds since 1970.', example: 1795451133 })
  readonly iat!: number;

  @ApiProperty({ description: "Its user's id.", example: '1' })
  readonly sub!: string;

  @ApiProperty({ description: 'This service.', example: 'https://tokens.example.com' })
  readonly iss!: string;

  @ApiProperty({ description: 'Its id, which it keeps when it is rotated.', example: '1' })
  readonly jti!: string;

  @ApiProperty({ ...ID, description: 'The same, as a number.', example: 1 })
  readonly token_id!: number;

  @ApiProperty({ example: 'Automation Script' })
  readonly token_name!: string;

  @ApiPropertyOptional({
    type: 'integer',
    description:
      'How many requests a minute its user wants it to be good for; missing for no limit. ' +
      'Questions about it are not counted: that is for the service that asks.',
    example: 600,
  })
  readonly rate_limit?: number;
}

/** A token that is not good. The reason is not said. */
export class InactiveTokenBody {
  @ApiProperty({ type: Boolean, enum: [false] })
  readonly active!: false;
}

export type IntrospectionBody = ActiveTokenBody | InactiveTokenBody;

export class IntrospectBatchBody {
  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    minItems: 1,
    maxItems: MAX_TOKENS,
    description: 'The tokens in question.',
    example: ['1|5Kl8t7TLvmBsIMDrm1C31v1Wf9NLD4uGEpUdbZuQe24eae07'],
  })
  @fault('isTokens', tokensFault)
  readonly tokens!: string[];

  @ApiPropertyOptional({
    description: 'The address they were presented from, where it is one for all of them.',
    example: '192.0.2.7',
  })
  @ValidateIf((_, value) => value !== undefined)
  @fault('isAddress', addressFault)
  readonly client_ip?: string;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', nullable: true },
    minItems: 1,
    maxItems: MAX_TOKENS,
    description: 'In place of `client_ip`: one for each token, `null` where it is not known.',
    example: ['192.0.2.7'],
  })
  @ValidateIf((_, value) => value !== undefined)
  @fault('isAddresses', addressesFault)
  readonly client_ips?: (string | null)[];
}

/** A token, and the address it was presented from. */
export interface Question {
  readonly token: string;
  readonly clientIp: string | undefined;
}

/** @throws ValidationProblem if the addresses do not fit the tokens */
export function questionsOf({ tokens: texts, client_ip, client_ips }: IntrospectBatchBody): Question[] {
  const tokens = texts.map(withoutMargins);
  if (client_ips === undefined) return tokens.map((token) => ({ token, clientIp: client_ip }));
  if (client_ip !== undefined) throw addressesProblem('Send client_ip or client_ips, not both.');
  if (client_ips.length !== tokens.length) throw addressesProblem('client_ips must be as many as tokens.');
  return tokens.map((token, at) => ({ token, clientIp: client_ips[at] ?? undefined }));
}

const addressesProblem = (detail: string) => new ValidationProblem([{ field: 'client_ips', detail }]);

function tokensFault(value: unknown): string | undefined {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    return 'tokens must be an array of strings.';
  }
  if (value.length >= 1 && value.length <= MAX_TOKENS) return undefined;
  return `tokens must be 1 to ${MAX_TOKENS}, not ${value.length}.`;
}

/** @returns what is wrong with the address of a client; undefined for a good one */
export function addressFault(value: unknown): string | undefined {
  return typeof value === 'string' && canonicalAddress(value) !== null
    ? undefined
    : 'client_ip must be an IP address.';
}

function addressesFault(value: unknown): string | undefined {
  const isRight = (item: unknown) => item === null || addressFault(item) === undefined;
  if (Array.isArray(value) && value.every(isRight)) return undefined;
  return 'client_ips must be an array of IP addresses, or null where one is not known.';
}
