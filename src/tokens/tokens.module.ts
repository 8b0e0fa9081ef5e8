import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { UsersModule } from '../users/users.module.js';
import { BearerLimits } from './bearer-limits.js';
import { BearerStrategy } from './bearer.strategy.js';
import { IdempotencyRepository } from './idempotency/idempotency.repository.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { Revocation } from './revocation.service.js';
import { LastUsedRepository } from './verification/last-used.repository.js';
import { LastUsed } from './verification/last-used.js';
import { OperatorTokens } from './operator-tokens.js';
import { RetiredSecretRepository } from './verification/retired-secret.repository.js';
import { RetiredSecrets } from './verification/retired-secrets.js';
import { TokenChangeService } from './token-change.service.js';
import { TokenListRepository } from './list/token-list.repository.js';
import { TokenListService } from './list/token-list.service.js';
import { TokenLoader } from './verification/token-loader.js';
import { TokenRetention } from './token-retention.js';
import { RotationController } from './rotation/rotation.controller.js';
import { RotationRepository } from './rotation/rotation.repository.js';
import { RotationService } from './rotation/rotation.service.js';
import { TokenVerifier } from './verification/token-verifier.js';
import { TokenTreeRepository } from './token-tree.repository.js';
import { TokenController } from './token.controller.js';
import { TokenRepository } from './token.repository.js';
import { TokenService } from './token.service.js';

@Module({
  imports: [AccessModule, LimitsModule, UsersModule],
  controllers: [TokenController, RotationController],
  providers: [
    BearerLimits,
    BearerStrategy,
    IdempotencyRepository,
    IdempotencyService,
    LastUsed,
    LastUsedRepository,
    OperatorTokens,
    RetiredSecretRepository,
    RetiredSecrets,
    TokenChangeService,
    TokenListRepository,
    TokenListService,
    TokenLoader,
    TokenRepository,
    TokenRetention,
    Revocation,
    RotationRepository,
    RotationService,
    TokenService,
    TokenTreeRepository,
    TokenVerifier,
  ],
  exports: [BearerLimits, IdempotencyService, OperatorTokens, TokenRetention, Revocation, TokenVerifier],
})
export class TokensModule {}
