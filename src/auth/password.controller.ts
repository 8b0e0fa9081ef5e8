import { Body, Controller, HttpCode, Put, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { SessionOnly } from '../access/access.decorator.js';
import { type Client, CurrentPrincipal, type Principal, RequestClient } from '../access/principal.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { ChangePasswordBody, PASSWORD_CHANGE_LIMIT_BYTES } from './auth.dto.js';
import { SessionCookie } from './session-cookie.js';
import { SignInService } from './sign-in.service.js';

@ApiTags('Current user')
@Controller('v1/current_user/password')
export class PasswordController {
  constructor(
    private readonly signIn: SignInService,
    private readonly cookie: SessionCookie,
  ) {}

  @Put()
  @RouteConfig({ bodyLimit: PASSWORD_CHANGE_LIMIT_BYTES })
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
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    this.cookie.write(reply, await this.signIn.changePassword(principal, body, client));
  }
}
