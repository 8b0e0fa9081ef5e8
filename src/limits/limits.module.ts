import { Module } from '@nestjs/common';
import { RateLimitRepository } from './rate-limit.repository.js';
import { RateLimits } from './rate-limits.js';
import { RedisConnection } from './redis-connection.js';

@Module({
  providers: [RateLimitRepository, RateLimits, RedisConnection],
  exports: [RateLimits],
})
export class LimitsModule {}
