import { Initial1764000000000 } from './1764000000000-initial.js';
import { AuditEvents1764200000000 } from './1764200000000-audit-events.js';
import { Retention1764200000001 } from './1764200000001-retention.js';
import { Rotation1764300000000 } from './1764300000000-rotation.js';
import { IdempotencyKeys1764300100000 } from './1764300100000-idempotency-keys.js';
import { RetiredSecrets1764300200000 } from './1764300200000-retired-secrets.js';
import { ServiceAccounts1764400000000 } from './1764400000000-service-accounts.js';
import { RateLimits1764500000000 } from './1764500000000-rate-limits.js';
import { TokenRateLimit1764500100000 } from './1764500100000-token-rate-limit.js';

/** Every migration, oldest first. */
export const migrations = [
  Initial1764000000000,
  AuditEvents1764200000000,
  Retention1764200000001,
  Rotation1764300000000,
  IdempotencyKeys1764300100000,
  RetiredSecrets1764300200000,
  ServiceAccounts1764400000000,
  RateLimits1764500000000,
  TokenRateLimit1764500100000,
];
