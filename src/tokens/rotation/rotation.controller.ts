import { Body, Controller, Delete, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireAnyScope } from '../../access/access.decorator.js';
import { type Client, CurrentPrincipal, type Principal, RequestClient } from '../../access/principal.js';
import { ApiProblems } from '../../common/problem.decorator.js';
import { ApiIdempotencyKey, IdempotencyKeyHeader } from '../idempotency/idempotency-key.decorator.js';
import { ApiTokenId, TokenIdPipe, TOKENS_PATH } from '../token-path.js';
import { RotateTokenBody } from './rotation.dto.js';
import { RotationService } from './rotation.service.js';
import { CreatedTokenBody } from '../token.dto.js';

@ApiTags('Tokens')
@Controller(`${TOKENS_PATH}/:tokenId`)
export class RotationController {
  constructor(private readonly rotations: RotationService) {}

  @Post('rotate')
  @HttpCode(200)
  @RequireAnyScope('tokens:write', 'tokens:rotate')
  @Header('cache-control', 'no-store')
  @ApiTokenId()
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'rotateToken',
    summary: 'Give a token a new secret',
    description:
      'The token keeps its id, name, scopes and history. With `tokens:rotate` alone, a token may rotate itself. ' +
      'Of rotations that meet, one succeeds.',
  })
  @ApiOkResponse({
    type: CreatedTokenBody,
    description: 'The token with its new secret, this once.',
    headers: { 'Cache-Control': { description: '`no-store`', schema: { type: 'string' } } },
  })
  @ApiProblems(404, 413, 415, 500, 503)
  async rotate(
    @Param('tokenId', TokenIdPipe) id: number,
    @Body() { overlap_seconds = 0 }: RotateTokenBody,
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
    @IdempotencyKeyHeader() key: string | undefined,
  ): Promise<CreatedTokenBody> {
    const rotated = await this.rotations.rotate(principal, id, overlap_seconds, client, key);
    return { token: rotated.plainText };
  }

  @Delete('previous_secret')
  @HttpCode(204)
  @RequireAnyScope('tokens:write', 'tokens:rotate')
  @ApiTokenId()
  @ApiOperation({
    operationId: 'endOverlap',
    summary: 'End the overlap of a rotation now',
    description: 'With `tokens:rotate` alone, a token may end its own.',
  })
  @ApiNoContentResponse({ description: 'No instance accepts the previous secret any more.' })
  @ApiProblems(404, 500, 503)
  endOverlap(
    @Param('tokenId', TokenIdPipe) id: number,
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
  ): Promise<void> {
    return this.rotations.endOverlap(principal, id, client);
  }
}
