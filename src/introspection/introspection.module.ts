import { Module } from '@nestjs/common';
import { LimitsModule } from '../limits/limits.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { ForwardAuth } from './forward-auth.js';
import { HolderRevocationService } from './holder-revocation.service.js';
import { IntrospectionController } from './introspection.controller.js';
import { IntrospectionService } from './introspection.service.js';
import { MetadataController } from './metadata.controller.js';

@Module({
  imports: [LimitsModule, TokensModule],
  controllers: [IntrospectionController, MetadataController],
  providers: [ForwardAuth, HolderRevocationService, IntrospectionService],
})
export class IntrospectionModule {}
