import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { ForwardAuth } from './forward-auth.js';

@Module({ imports: [AuditModule, TokensModule], providers: [ForwardAuth] })
export class IntrospectionModule {}
