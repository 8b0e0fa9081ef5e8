import { Body, Controller, Get, HttpCode, Put, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Client, RequestClient } from '../access/client.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { CurrentPrincipal, RequireScopes, SessionOnly } from '../access/access.decorator.js';
import { ChangePasswordBody, UserBody, userBody } from '../auth/auth.dto.js';
import type { Principal } from '../access/principal.js';
import { SessionCookie } from '../auth/session-cookie.js';
import { SignInService } from '../auth/sign-in.service.js';

@ApiTags('Current user')
@Controller('v1/current_user')
export class CurrentUserController {
  constructor(
    private readonly signIn: SignInService,
    private readonly cookie: SessionCookie,
  ) {}

  @Get()
  @RequireScopes('user:read')
  @ApiOperation({ operationId: 'getCurrentUser', summary: 'Who am I?' })
  @ApiOkResponse({ type: UserBody, description: 'The user whose session or token this is.' })
  @ApiProblems(500, 503)
  get(@CurrentPrincipal() { user }: Principal): UserBody {
    return userBody(user);
  }

  @Put('password')
  @HttpCode(204)
  @SessionOnly()
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change the password',
    description: 'Ends all other sessions. Tokens live on.',
  })
  @ApiNoContentResponse({ description: 'Changed; the cookie holds a new session.' })
  @ApiProblems(400, 413, 415, 429, 500, 503)
  async changePassword(
    @Body() body: ChangePasswordBody,
    @CurrentPrincipal() { user }: Principal,
    @RequestClient() client: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    this.cookie.write(reply, await this.signIn.changePassword(user, body, client));
  }
}
