import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateIf } from 'class-validator';
import { MAX_SCOPE_LENGTH, OPERATOR_SCOPES, OWN_SCOPES } from '../access/scopes.js';
import { ValidationProblem } from '../common/problem.js';
import { fault, IsName, MAX_NAME_LENGTH } from '../common/text.js';
import { canonicalRange } from '../common/address.js';
import {
  expiryFault,
  MAX_RANGES,
  MAX_RATE,
  MAX_SCOPES,
  rangesFault,
  rateFault,
  scopesFault,
} from './token-faults.js';
import { parseTimestamp } from './timestamp.js';
import type { TokenChange, TokenWish } from './ceiling.js';

/** Like `IsOptional`, but does not accept `null`. */
const IfPresent = () => ValidateIf((_, value) => value !== undefined);

const RANGES = {
  type: 'array',
  items: { type: 'string' },
  nullable: true,
  minItems: 1,
  maxItems: MAX_RANGES,
  example: ['192.0.2.0/24', '2001:db8::/32'],
} as const;

const GRANTABLE_SCOPES = OWN_SCOPES.filter((scope) => !OPERATOR_SCOPES.has(scope))
  .map((scope) => `\`${scope}\``)
  .join(', ');

export class CreateTokenBody {
  @ApiProperty({
    maxLength: MAX_NAME_LENGTH,
    description: 'What the token is for, so that you know it later.',
    example: 'Automation Script - Project Updates',
  })
  @IsName('Token name')
  readonly token_name!: string;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', maxLength: MAX_SCOPE_LENGTH },
    minItems: 1,
    maxItems: MAX_SCOPES,
    description:
      `What the token may do: \`*\`, scopes of this service (${GRANTABLE_SCOPES}), and any that your services ` +
      'define. `projects:*` covers `projects:read`. ' +
      'Left out: everything, or what the token that makes the request may do.',
    example: ['user:read', 'projects:*'],
  })
  @IfPresent()
  @fault('isScopes', (value) => scopesFault(value))
  readonly scopes?: string[];

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the token ends (RFC 3339); `null` for never. Left out: never, or with the token that makes the request.',
    example: '2030-01-31T12:00:00.000Z',
  })
  @IsOptional()
  @fault('isExpiry', expiryFault)
  readonly expires_at?: string | null;

  @ApiPropertyOptional({
    ...RANGES,
    description:
      'Addresses and CIDR ranges, IPv4 or IPv6, that the token may be used from; `null` for anywhere. ' +
      'Left out: anywhere, or from where the token that makes the request may be used.',
  })
  @IsOptional()
  @fault('isRanges', rangesFault)
  readonly allowed_cidrs?: string[] | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: MAX_RATE,
    description:
      'How many requests a minute the token is good for, here and at gateways; `null` for as many as it likes. ' +
      'A token with a limit makes no tokens.',
    example: 600,
  })
  @IsOptional()
  @fault('isRate', rateFault)
  readonly rate_limit?: number | null;
}

export class ChangeTokenBody {
  @ApiPropertyOptional({ maxLength: MAX_NAME_LENGTH, example: 'Automation Script - Project Updates' })
  @IfPresent()
  @IsName('Token name')
  readonly token_name?: string;

  @ApiPropertyOptional({
    ...RANGES,
    description: 'Addresses and CIDR ranges that the token may be used from; `null` for anywhere.',
  })
  @IsOptional()
  @fault('isRanges', rangesFault)
  readonly allowed_cidrs?: string[] | null;
}

/** @throws ValidationProblem for a body that changes nothing */
export function changeOf({ token_name, allowed_cidrs }: ChangeTokenBody): TokenChange {
  if (token_name === undefined && allowed_cidrs === undefined) {
    const detail = 'Send what to change: token_name, allowed_cidrs or both.';
    throw new ValidationProblem([{ field: 'token_name', detail }]);
  }
  return { name: token_name, allowedCidrs: allowed_cidrs && rangesOf(allowed_cidrs) };
}

/** What a valid body asks for. */
export const wishOf = ({
  token_name,
  scopes,
  expires_at,
  allowed_cidrs,
  rate_limit = null,
}: CreateTokenBody): TokenWish => ({
  name: token_name,
  scopes: scopes && [...new Set(scopes)],
  expiresAt: typeof expires_at === 'string' ? parseTimestamp(expires_at) : expires_at,
  allowedCidrs: allowed_cidrs && rangesOf(allowed_cidrs),
  rateLimit: rate_limit,
});

const rangesOf = (texts: readonly string[]): string[] => [
  ...new Set(texts.flatMap((text) => canonicalRange(text) ?? [])),
];
