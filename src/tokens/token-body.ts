import type { TokenBody } from './token.dto.js';
import type { PersonalAccessToken } from './token.entity.js';
import type { Use } from './token.repository.js';

/**
 * A token as its owner sees it.
 * @param pending a use that may not be written yet @param descendants how many tokens came of it
 */
export function tokenBody(
  token: PersonalAccessToken,
  pending: Use | undefined,
  descendants: number,
): TokenBody {
  const used =
    pending && (token.lastUsedAt === null || token.lastUsedAt < pending.at)
      ? pending
      : { at: token.lastUsedAt, address: token.lastUsedIp };
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: token.createdAt.toISOString(),
    last_used_at: used.at?.toISOString() ?? null,
    last_used_ip: used.address,
    expires_at: token.expiresAt?.toISOString() ?? null,
    allowed_cidrs: token.allowedCidrs,
    parent_id: token.parentId,
    descendant_count: descendants,
  };
}
