import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsTokenId } from '../../common/id.js';
import { PageQuery } from '../../common/paging.js';
import { codePoints, fault, MAX_NAME_LENGTH } from '../../common/text.js';
import { type Direction, DIRECTIONS, type Sort, SORTS } from './token-sort.js';

const STATES = ['active', 'expired'] as const;
export type TokenState = (typeof STATES)[number];

const isOneOf = (name: string, choices: readonly string[]) =>
  IsIn(choices, { message: `${name} must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}.` });

function searchFault(search: unknown): string | undefined {
  const length = typeof search === 'string' ? codePoints(search) : 0;
  if (length >= 1 && length <= MAX_NAME_LENGTH) return undefined;
  return `search must be a text of 1 to ${MAX_NAME_LENGTH} characters.`;
}

/** Which tokens to list, and in which order. */
export class ListTokensQuery extends PageQuery {
  @ApiPropertyOptional({
    type: 'string',
    minLength: 1,
    maxLength: MAX_NAME_LENGTH,
    description: 'Only tokens whose name contains this; case does not matter.',
    example: 'deploy',
  })
  @IsOptional()
  @fault('isSearch', searchFault)
  readonly search?: string;

  @ApiPropertyOptional({ enum: STATES, description: 'Only those that have expired, or have not.' })
  @IsOptional()
  @isOneOf('state', STATES)
  readonly state?: TokenState;

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    minimum: 1,
    description: 'Only the children of this token.',
  })
  @IsOptional()
  @IsTokenId('parent_id')
  readonly parent_id?: number;

  @ApiPropertyOptional({
    enum: SORTS,
    default: 'created_at',
    description: 'Never used counts as used before all others; never expiring as expiring after all others.',
  })
  @IsOptional()
  @isOneOf('sort', SORTS)
  readonly sort?: Sort;

  @ApiPropertyOptional({ enum: DIRECTIONS, default: 'desc' })
  @IsOptional()
  @isOneOf('direction', DIRECTIONS)
  readonly direction?: Direction;
}
