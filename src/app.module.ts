import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { PasswordModule } from './auth/password.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { IntrospectionModule } from './introspection/introspection.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { schema } from './schema.js';
import { TokensModule } from './tokens/tokens.module.js';
import { TracingModule } from './tracing/tracing.module.js';
import { UsersModule } from './users/users.module.js';

@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(settings),
        TracingModule,
        DatabaseModule.forRoot(schema),
        // The routes are described in this order.
        AuthModule,
        UsersModule,
        PasswordModule,
        AuditModule,
        TokensModule,
        IntrospectionModule,
        RetentionModule,
        HealthModule,
        MetricsModule,
      ],
    };
  }
}
