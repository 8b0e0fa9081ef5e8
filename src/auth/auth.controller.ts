import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, RATE_LIMIT_HEADERS } from '../common/problem.decorator.js';
import { rateLimitHeaders } from '../common/standing.js';
import { Public, SessionOnly } from '../access/access.decorator.js';
import { UserBody, userBody } from '../users/user.dto.js';
import { LoginBody, RegisterBody, SessionBody, SIGN_IN_LIMIT_BYTES } from './auth.dto.js';
import { type Client, CurrentPrincipal, type Principal, RequestClient } from '../access/principal.js';
import { SessionCookie } from './session-cookie.js';
import { SessionService } from './session.service.js';
import { type SignedIn, SignInService } from './sign-in.service.js';

@ApiTags('Sign-in')
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly signIn: SignInService,
    private readonly sessions: SessionService,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('register')
  @RouteConfig({ bodyLimit: SIGN_IN_LIMIT_BYTES })
  @Public()
  @ApiOperation({
    operationId: 'register',
    summary: 'Make an account, and sign in',
    description: 'Answers `403` where the operator has closed registration.',
  })
  @ApiCreatedResponse({
    type: UserBody,
    description: 'The user; the session is in the cookie.',
    headers: RATE_LIMIT_HEADERS,
  })
  @ApiProblems(400, 403, 409, 413, 415, 429, 500, 503)
  async register(
    @Body() body: RegisterBody,
    @RequestClient() client: Client,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserBody> {
    const { standing, ...signedIn } = await this.signIn.register(body, client);
    void reply.headers(rateLimitHeaders(standing));
    return this.welcome(signedIn, request, reply);
  }

  @Get('session')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'getSession',
    summary: 'Is anybody signed in?',
    description: 'What a page has to know before it shows anything. It looks at the cookie alone.',
  })
  @ApiOkResponse({ type: SessionBody, description: 'Somebody, or nobody.' })
  @ApiProblems(400, 500, 503)
  async session(@Req() request: FastifyRequest): Promise<SessionBody> {
    const id = this.cookie.read(request);
    const principal = id && (await this.sessions.authenticate(id));
    return {
      user: principal ? userBody(principal.user) : null,
      ended: id !== undefined && !principal,
      registration_open: this.signIn.registrationOpen,
    };
  }

  @Post('login')
  @RouteConfig({ bodyLimit: SIGN_IN_LIMIT_BYTES })
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'login',
    summary: 'Sign in',
    description: 'A wrong address and a wrong password get the same answer.',
  })
  @ApiOkResponse({ type: UserBody, description: 'The user; the session is in the cookie.' })
  @ApiProblems(400, 401, 403, 413, 415, 429, 500, 503)
  async login(
    @Body() body: LoginBody,
    @RequestClient() client: Client,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserBody> {
    return this.welcome(await this.signIn.signIn(body, client), request, reply);
  }

  @Post('logout')
  @HttpCode(204)
  @SessionOnly()
  @ApiOperation({ operationId: 'logout', summary: 'Sign out' })
  @ApiNoContentResponse({ description: 'The session is dead on the server, too.' })
  @ApiProblems(400, 500, 503)
  async logout(
    @CurrentPrincipal() principal: Principal,
    @RequestClient() client: Client,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const id = this.cookie.read(request);
    if (id !== undefined) await this.signIn.signOut(principal, id, client);
    this.cookie.clear(reply);
  }

  /** Ends the session that the browser had, if any, and gives it the new one. */
  private async welcome(
    { user, session }: SignedIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<UserBody> {
    await this.leave(request);
    this.cookie.write(reply, session);
    return userBody(user);
  }

  private async leave(request: FastifyRequest): Promise<void> {
    const id = this.cookie.read(request);
    if (id !== undefined) await this.sessions.close(id);
  }
}
