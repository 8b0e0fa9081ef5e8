import type { AuditLog } from '../audit/audit-log.js';
import type { Client } from '../access/client.js';
import type { Principal } from '../access/principal.js';

/** Tells the owner of a token, in the audit log, that it was refused for want of a scope. */
export function noteMissingScope(
  audit: AuditLog,
  { user, credential }: Principal,
  scope: string,
  client: Client,
): void {
  if (credential.kind !== 'token') return;
  const { id: tokenId, name: tokenName } = credential;
  audit.refused({ userId: user.id, kind: 'refused_scope', tokenId, tokenName, client, detail: scope });
}
