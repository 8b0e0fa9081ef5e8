import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsOptional } from 'class-validator';
import { IsTokenId } from '../common/id.js';
import { PageQuery } from '../common/paging.js';
import { EVENT_KINDS, type EventKind } from './audit-event.js';

/** A parameter that is given once arrives as a text, not as a list. */
const toList = ({ value }: { value: unknown }) => (value === undefined ? undefined : [value].flat());

const KIND_MESSAGE = `kind must be one of ${EVENT_KINDS.join(', ')}.`;

/** Which events to list. */
export class ListEventsQuery extends PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Only what happened to this token, be it deleted by now.',
    example: 1,
  })
  @IsOptional()
  @IsTokenId('token_id')
  readonly token_id?: number;

  @ApiPropertyOptional({
    enum: EVENT_KINDS,
    isArray: true,
    description: 'Only events of this kind; repeat it for several.',
  })
  @IsOptional()
  @Transform(toList)
  @ArrayMaxSize(EVENT_KINDS.length, { message: KIND_MESSAGE })
  @IsIn(EVENT_KINDS, { each: true, message: KIND_MESSAGE })
  readonly kind?: EventKind[];
}
