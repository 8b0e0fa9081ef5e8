import type { TokenBody } from './token.dto.js';
import type { PersonalAccessToken } from './token.entity.js';
import type { Use } from './verification/last-used.repository.js';
import { latest } from './verification/last-used.js';

/**
 * A token as its owner sees it.
 * @param pending a use that may not be written yet @param descendants how many tokens came of it
 */
export function tokenBody(
  token: PersonalAccessToken,
  pending: Use | undefined,
  descendants: number,
  now: Date,
): TokenBody {
  const used =
    pending && (token.lastUsedAt === null || token.lastUsedAt < pending.at)
      ? pending
      : { at: token.lastUsedAt, address: token.lastUsedIp };
  const previousAt = previousSecretLastUsedAt(token, pending);
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: token.createdAt.toISOString(),
    last_used_at: used.at?.toISOString() ?? null,
    last_used_ip: used.address,
    last_used_secret: used.at && (previousAt !== null && previousAt >= used.at ? 'previous' : 'current'),
    expires_at: token.expiresAt?.toISOString() ?? null,
    allowed_cidrs: token.allowedCidrs,
    rate_limit: token.rateLimit,
    parent_id: token.parentId,
    descendant_count: descendants,
    rotated_at: token.rotatedAt?.toISOString() ?? null,
    previous_secret_expires_at: overlapEnd(token, now)?.toISOString() ?? null,
    previous_secret_last_used_at: previousAt?.toISOString() ?? null,
  };
}

/** Null if no overlap is running. */
const overlapEnd = ({ previousSecretExpiresAt: end }: PersonalAccessToken, now: Date): Date | null =>
  end !== null && end > now ? end : null;

/** A use from before the rotation was made with the secret that is now the previous one. */
function previousSecretLastUsedAt(token: PersonalAccessToken, pending: Use | undefined): Date | null {
  const { rotatedAt, previousSecretLastUsedAt: written } = token;
  if (pending === undefined || rotatedAt === null) return written;
  return latest(written, pending.at < rotatedAt ? pending.at : pending.previousAt);
}
