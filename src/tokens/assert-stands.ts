import type { Identity, Principal } from '../access/principal.js';
import { TokenChangedProblem } from './token.errors.js';

/**
 * Asked when a write of this principal has done nothing: was that because it does not stand any more?
 * @throws Problem 401 or 403, as for a request that comes now; TokenChangedProblem if it may do something else now
 */
export async function assertStands(principal: Principal): Promise<void> {
  const now = await principal.judgeAgain();
  if (rightsOf(now) !== rightsOf(principal)) throw new TokenChangedProblem();
}

const rightsOf = ({ scopes, credential }: Identity): string =>
  JSON.stringify([scopes, credential.kind === 'token' && credential.allowedCidrs]);
