import { AuditEvent } from './audit/audit-event.entity.js';
import { Session } from './auth/session.entity.js';
import type { Schema } from './database/data-source.js';
import { RateLimit } from './limits/rate-limit.entity.js';
import { Initial1764000000000 } from './migrations/1764000000000-initial.js';
import { AuditEvents1764200000000 } from './migrations/1764200000000-audit-events.js';
import { Retention1764200000001 } from './migrations/1764200000001-retention.js';
import { Rotation1764300000000 } from './migrations/1764300000000-rotation.js';
import { IdempotencyKeys1764300100000 } from './migrations/1764300100000-idempotency-keys.js';
import { RetiredSecrets1764300200000 } from './migrations/1764300200000-retired-secrets.js';
import { ServiceAccounts1764400000000 } from './migrations/1764400000000-service-accounts.js';
import { RateLimits1764500000000 } from './migrations/1764500000000-rate-limits.js';
import { TokenRateLimit1764500100000 } from './migrations/1764500100000-token-rate-limit.js';
import { Lease } from './retention/lease.entity.js';
import { IdempotencyKey } from './tokens/idempotency/idempotency-key.entity.js';
import { PersonalAccessToken } from './tokens/token.entity.js';
import { RetiredSecret } from './tokens/verification/retired-secret.entity.js';
import { User } from './users/user.entity.js';

/** The one list of entities and migrations: a new one gets its line here. */
export const schema = {
  entities: [User, Session, PersonalAccessToken, RetiredSecret, IdempotencyKey, AuditEvent, Lease, RateLimit],
  /** Oldest first. */
  migrations: [
    Initial1764000000000,
    AuditEvents1764200000000,
    Retention1764200000001,
    Rotation1764300000000,
    IdempotencyKeys1764300100000,
    RetiredSecrets1764300200000,
    ServiceAccounts1764400000000,
    RateLimits1764500000000,
    TokenRateLimit1764500100000,
  ],
} satisfies Schema;
