import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessModule } from '../access/access.module.js';
import { StrategyNames } from '../access/strategy-names.js';
import { LimitsModule } from '../limits/limits.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { CookieOrigin } from './cookie-origin.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordPolicy } from './password-policy.js';
import { PublicBodies } from './public-bodies.js';
import { SessionCookie } from './session-cookie.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';
import { SessionStrategy } from './session.strategy.js';
import { SignInService } from './sign-in.service.js';
import { SignInThrottle } from './sign-in-throttle.js';

@Module({
  imports: [
    AccessModule,
    LimitsModule,
    PassportModule.registerAsync({
      imports: [AccessModule],
      inject: [StrategyNames],
      // Asked in this order; the bearer strategy has the last word on a request with an Authorization header.
      useFactory: ({ bearer, session }: StrategyNames) => ({ defaultStrategy: [bearer, session] }),
    }),
    UsersModule,
  ],
  controllers: [AuthController],
  providers: [
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    CookieOrigin,
    PasswordHasher,
    PasswordPolicy,
    PublicBodies,
    SessionCookie,
    SessionRepository,
    SessionService,
    SessionStrategy,
    SignInService,
    SignInThrottle,
  ],
  exports: [SessionCookie, SessionService, SignInService],
})
export class AuthModule {}
