import { Module } from '@nestjs/common';
import { BearerStrategy } from './bearer.strategy.js';
import { LastUsed } from './last-used.js';
import { TokenVerifier } from './token-verifier.js';
import { TokenController } from './token.controller.js';
import { TokenRepository } from './token.repository.js';
import { TokenService } from './token.service.js';

@Module({
  controllers: [TokenController],
  providers: [BearerStrategy, LastUsed, TokenRepository, TokenService, TokenVerifier],
  exports: [TokenVerifier],
})
export class TokensModule {}
