import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';

/** A week. */
const MAX_OVERLAP_SECONDS = 604_800;

const MESSAGE = `overlap_seconds must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}.`;

export class RotateTokenBody {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_OVERLAP_SECONDS,
    default: 0,
    description: 'How long the present secret is still accepted beside the new one.',
    example: 3600,
  })
  @ValidateIf((body: RotateTokenBody) => body.overlap_seconds !== undefined)
  @IsInt({ message: MESSAGE })
  @Min(0, { message: MESSAGE })
  @Max(MAX_OVERLAP_SECONDS, { message: MESSAGE })
  readonly overlap_seconds?: number;
}
