import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { LeaseRepository } from './lease.repository.js';
import { Pruning } from './pruning.js';

@Module({
  imports: [AuthModule, LimitsModule, TokensModule],
  providers: [LeaseRepository, Pruning],
})
export class RetentionModule {}
