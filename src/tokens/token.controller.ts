import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScopes } from '../access/access.decorator.js';
import { type Client, CurrentPrincipal, type Principal, RequestClient } from '../access/principal.js';
import { nextLink } from '../common/paging.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { Settings } from '../config/settings.js';
import { ApiIdempotencyKey, IdempotencyKeyHeader } from './idempotency/idempotency-key.decorator.js';
import { Revocation } from './revocation.service.js';
import { TokenChangeService } from './token-change.service.js';
import { CreatedTokenBody, DeletedTokensBody, TokenBody } from './token.dto.js';
import { ListTokensQuery } from './list/token-list.query.js';
import { TokenListService } from './list/token-list.service.js';
import { ApiTokenId, TokenIdPipe, TOKENS_PATH } from './token-path.js';
import { ChangeTokenBody, changeOf, CreateTokenBody, wishOf } from './token-request.dto.js';
import { TokenService } from './token.service.js';

@ApiTags('Tokens')
@Controller(TOKENS_PATH)
export class TokenController {
  constructor(
    private readonly tokens: TokenService,
    private readonly changes: TokenChangeService,
    private readonly lists: TokenListService,
    private readonly revocation: Revocation,
    private readonly settings: Settings,
  ) {}

  @Post('create')
  @RequireScopes('tokens:write')
  @Header('cache-control', 'no-store')
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'createToken',
    summary: 'Create a token',
    description:
      'What a token makes can do no more than itself, and is deleted with it. Ten tokens in a line is the most.',
  })
  @ApiCreatedResponse({
    type: CreatedTokenBody,
    description: 'The token, this once.',
    headers: {
      Location: { description: 'Where its description is.', schema: { type: 'string' } },
      'Cache-Control': { description: '`no-store`', schema: { type: 'string' } },
    },
  })
  @ApiProblems(413, 415, 500, 503)
  async create(
    @Body() body: CreateTokenBody,
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
    @IdempotencyKeyHeader() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedTokenBody> {
    const { id, plainText } = await this.tokens.create(principal, wishOf(body), client, key);
    void reply.header('location', `/${TOKENS_PATH}/${id}`);
    return { token: plainText };
  }

  @Get()
  @RequireScopes('tokens:read')
  @ApiOperation({ operationId: 'listTokens', summary: 'List your tokens' })
  @ApiOkResponse({
    type: [TokenBody],
    description: 'One page.',
    headers: {
      Link: { description: '`<…>; rel="next"` where there are more (RFC 8288).', schema: { type: 'string' } },
      'X-Total-Count': { description: 'How many there are on all pages.', schema: { type: 'integer' } },
    },
  })
  @ApiProblems(500, 503)
  async list(
    @Query() query: ListTokensQuery,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly TokenBody[]> {
    const { items, nextCursor, total } = await this.lists.list(principal, query);
    void reply.header('x-total-count', total);
    if (nextCursor !== undefined) {
      void reply.header('link', nextLink(new URL(TOKENS_PATH, this.settings.publicUrl), query, nextCursor));
    }
    return items;
  }

  @Get('current')
  @RequireScopes('tokens:read')
  @ApiOperation({ operationId: 'getCurrentToken', summary: 'Show the token that makes this request' })
  @ApiOkResponse({ type: TokenBody, description: 'The token of the Authorization header.' })
  @ApiProblems(404, 500, 503)
  current(@CurrentPrincipal() principal: Principal): Promise<TokenBody> {
    return this.tokens.current(principal);
  }

  @Get(':tokenId')
  @RequireScopes('tokens:read')
  @ApiTokenId()
  @ApiOperation({ operationId: 'getToken', summary: 'Show a token' })
  @ApiOkResponse({ type: TokenBody, description: 'The token, without its secret.' })
  @ApiProblems(404, 500, 503)
  get(
    @Param('tokenId', TokenIdPipe) id: number,
    @CurrentPrincipal() principal: Principal,
  ): Promise<TokenBody> {
    return this.tokens.get(principal, id);
  }

  @Patch(':tokenId')
  @RequireScopes('tokens:write')
  @ApiTokenId()
  @ApiOperation({
    operationId: 'changeToken',
    summary: 'Rename a token, or change where it may be used from',
    description:
      'A token changes only tokens that can do no more than itself. No token gets wider ranges than the one ' +
      'that made it, nor narrower ones than those it made.',
  })
  @ApiOkResponse({ type: TokenBody, description: 'The token as it is now.' })
  @ApiProblems(404, 409, 413, 415, 500, 503)
  change(
    @Param('tokenId', TokenIdPipe) id: number,
    @Body() body: ChangeTokenBody,
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
  ): Promise<TokenBody> {
    return this.changes.change(principal, id, changeOf(body), client);
  }

  @Delete('delete')
  @RequireScopes('tokens:write')
  @ApiOperation({
    operationId: 'deleteAllTokens',
    summary: 'Delete all your tokens',
    description: 'The one that makes the request, too.',
  })
  @ApiOkResponse({ type: DeletedTokensBody, description: 'No instance accepts any of them any more.' })
  @ApiProblems(500, 503)
  async deleteAll(
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
  ): Promise<DeletedTokensBody> {
    return { deleted: await this.revocation.deleteAll(principal, client) };
  }

  @Delete(':tokenId')
  @HttpCode(204)
  @RequireScopes('tokens:write')
  @ApiTokenId()
  @ApiOperation({
    operationId: 'deleteToken',
    summary: 'Delete a token',
    description: 'And all that it made, and they made in turn.',
  })
  @ApiNoContentResponse({ description: 'No instance accepts any of them any more.' })
  @ApiProblems(404, 500, 503)
  delete(
    @Param('tokenId', TokenIdPipe) id: number,
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
  ): Promise<void> {
    return this.revocation.delete(principal, id, client);
  }
}
