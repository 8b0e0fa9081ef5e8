import { applyDecorators, Body, Controller, Header, HttpCode, Post, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public, RequireScopes } from '../access/access.decorator.js';
import { type Client, RequestClient } from '../access/principal.js';
import { ApiOAuthProblem, ApiProblems, RATE_LIMIT_HEADERS } from '../common/problem.decorator.js';
import { rateLimitHeaders } from '../common/standing.js';
import { FormClientIp, FormToken, TakesForm } from './form-field.decorator.js';
import {
  ActiveTokenBody,
  InactiveTokenBody,
  IntrospectBatchBody,
  type IntrospectionBody,
  questionsOf,
} from './introspection.dto.js';
import { INTROSPECTION_PATH, REVOCATION_PATH } from './metadata.controller.js';
import { HolderRevocationService } from './holder-revocation.service.js';
import { IntrospectionService } from './introspection.service.js';

/** Enough for a thousand tokens of the greatest length. */
const BATCH_LIMIT_BYTES = 256 * 1024;

/** A thousand tokens, as many addresses, and some more, whose sender is told what is wrong. */
const BATCH_VALUES = 3000;

const EITHER = { oneOf: [ActiveTokenBody, InactiveTokenBody].map((body) => ({ $ref: getSchemaPath(body) })) };

/** What the two introspection routes have in common. */
const Introspects = () =>
  applyDecorators(
    HttpCode(200),
    RequireScopes('tokens:introspect'),
    Header('cache-control', 'no-store'),
    ApiExtraModels(ActiveTokenBody, InactiveTokenBody),
  );

@ApiTags('Services')
@Controller()
export class IntrospectionController {
  constructor(
    private readonly introspection: IntrospectionService,
    private readonly holderRevocation: HolderRevocationService,
  ) {}

  @Post(INTROSPECTION_PATH)
  // Above what declares another 400.
  @ApiOAuthProblem()
  @Introspects()
  @TakesForm('token', 'token_type_hint', 'client_ip')
  @ApiOperation({
    operationId: 'introspectToken',
    summary: 'Is this token good, and for what?',
    description: 'RFC 7662. Only an operator grants the scope `tokens:introspect`; `*` does not include it.',
  })
  @ApiOkResponse({ schema: EITHER, description: 'What it is good for, or that it is not.' })
  @ApiProblems(413, 415, 500, 503)
  introspect(
    @FormToken() token: string,
    @FormClientIp() clientIp: string | undefined,
  ): Promise<IntrospectionBody> {
    return this.introspection.introspect(token, clientIp);
  }

  @Post(`${INTROSPECTION_PATH}/batch`)
  @Introspects()
  @RouteConfig({ bodyLimit: BATCH_LIMIT_BYTES, maxValues: BATCH_VALUES })
  @ApiOperation({ operationId: 'introspectTokens', summary: 'Are these tokens good? Up to 1,000 at once' })
  @ApiOkResponse({
    schema: { type: 'array', items: EITHER },
    description: 'One for each, in the order asked.',
  })
  @ApiProblems(413, 415, 500, 503)
  introspectBatch(@Body() body: IntrospectBatchBody): Promise<IntrospectionBody[]> {
    return this.introspection.introspectAll(questionsOf(body));
  }

  @Post(REVOCATION_PATH)
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @TakesForm('token', 'token_type_hint')
  @ApiOperation({
    operationId: 'revokeToken',
    summary: 'Throw a token away',
    description:
      'RFC 7009. Whoever holds a token may; what it made is deleted with it. White space, quotes and the word ' +
      '`Bearer` around it do no harm. A token that is not known is answered with `200`, too; `Latchkey-Revoked` ' +
      'says what was done.',
  })
  @ApiOkResponse({
    description: 'No instance accepts it any more, if any ever did.',
    headers: {
      ...RATE_LIMIT_HEADERS,
      'Latchkey-Revoked': {
        description: '`true` if this request has revoked a token; `false` if there was none to revoke.',
        schema: { type: 'string', enum: ['true', 'false'] },
      },
    },
  })
  @ApiOAuthProblem()
  @ApiProblems(413, 415, 429, 500, 503)
  async revoke(
    @FormToken() token: string,
    @RequestClient() client: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { standing, revoked } = await this.holderRevocation.revoke(token, client);
    void reply.headers({ ...rateLimitHeaders(standing), 'latchkey-revoked': String(revoked) });
  }
}
