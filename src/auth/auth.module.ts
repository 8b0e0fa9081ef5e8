import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { CookieOrigin } from './cookie-origin.js';
import { CurrentUserController } from '../users/current-user.controller.js';
import { EventsController } from '../audit/events.controller.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordPolicy } from './password-policy.js';
import { SessionCookie } from './session-cookie.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';
import { SessionStrategy } from './session.strategy.js';
import { SignInService } from './sign-in.service.js';
import { SignInThrottle } from './sign-in-throttle.js';

@Module({
  imports: [AuditModule, LimitsModule, UsersModule],
  controllers: [AuthController, CurrentUserController, EventsController],
  providers: [
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    Authenticator,
    CookieOrigin,
    PasswordHasher,
    PasswordPolicy,
    SessionCookie,
    SessionRepository,
    SessionService,
    SessionStrategy,
    SignInService,
    SignInThrottle,
  ],
  exports: [Authenticator, SessionService],
})
export class AuthModule {}
