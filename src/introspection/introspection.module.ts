import { Module } from '@nestjs/common';
import { TokensModule } from '../tokens/tokens.module.js';
import { ForwardAuth } from './forward-auth.js';
import { IntrospectionController } from './introspection.controller.js';
import { IntrospectionService } from './introspection.service.js';
import { MetadataController } from './metadata.controller.js';

@Module({
  imports: [TokensModule],
  controllers: [IntrospectionController, MetadataController],
  providers: [ForwardAuth, IntrospectionService],
})
export class IntrospectionModule {}
