import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EventBody } from './audit.dto.js';
import { AuditLog } from './audit-log.js';
import { ListEventsQuery } from './audit.query.js';
import { nextLink } from '../common/paging.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { Settings } from '../config/settings.js';
import { RequireScopes } from '../access/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../access/principal.js';

const PATH = 'v1/current_user/events';

@ApiTags('Current user')
@Controller(PATH)
export class EventsController {
  constructor(
    private readonly audit: AuditLog,
    private readonly settings: Settings,
  ) {}

  @Get()
  @RequireScopes('user:read')
  @ApiOperation({
    operationId: 'listEvents',
    summary: 'What happened to your account and your tokens',
    description: 'The newest first.',
  })
  @ApiOkResponse({
    type: [EventBody],
    description: 'One page.',
    headers: {
      Link: { description: '`<…>; rel="next"` where there are more (RFC 8288).', schema: { type: 'string' } },
    },
  })
  @ApiProblems(500, 503)
  async list(
    @Query() query: ListEventsQuery,
    @CurrentPrincipal() { user }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly EventBody[]> {
    const { items, nextCursor } = await this.audit.list(user.id, query);
    if (nextCursor !== undefined) {
      void reply.header('link', nextLink(new URL(PATH, this.settings.publicUrl), query, nextCursor));
    }
    return items;
  }
}
