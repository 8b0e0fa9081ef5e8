import { Injectable } from '@nestjs/common';
import { ALWAYS, type Client } from '../access/principal.js';
import { EVERYTHING, OPERATOR_SCOPES } from '../access/scopes.js';
import { type FieldError, Problem, ValidationProblem } from '../common/problem.js';
import { nameFault } from '../common/text.js';
import { UsersService } from '../users/users.service.js';
import type { NewAccessToken } from './new-access-token.js';
import { expiryFault, rangesFault, rateFault, scopesFault } from './token-faults.js';
import { Revocation } from './revocation.service.js';
import { TokenService } from './token.service.js';
import { type CreateTokenBody, wishOf } from './token-request.dto.js';

/** What the operator typed. */
interface OperatorWish {
  readonly name: string;
  readonly scopes?: string[] | undefined;
  readonly expiresAt?: string | undefined;
  readonly allowedCidrs?: string[] | undefined;
  readonly rateLimit?: number | undefined;
}

/** Nobody has this email address. */
class NoSuchAccountProblem extends Problem {
  constructor(email: string) {
    super('not_found', `There is no account with the address ${email}.`);
  }
}

/** A token would be made that nobody accepts. */
class AccountDisabledProblem extends Problem {
  constructor(email: string) {
    super('user_disabled', `The account ${email} is disabled: a token of it would not be accepted.`);
  }
}

/** The security log shows this as the origin of all that an operator does. */
const OPERATOR: Client = { address: '', userAgent: 'Latchkey command line' };

/** Lets an operator make tokens for others, with scopes that only an operator may grant. */
@Injectable()
export class OperatorTokens {
  constructor(
    private readonly tokens: TokenService,
    private readonly revocation: Revocation,
    private readonly users: UsersService,
  ) {}

  /** @throws NoSuchAccountProblem, AccountDisabledProblem, ValidationProblem, and what TokenService.create throws */
  async create(email: string, wish: OperatorWish): Promise<NewAccessToken> {
    const { principal, isService, disabled } = await this.accountOf(email);
    if (disabled) throw new AccountDisabledProblem(email);
    const [first, ...others] = faultsOf(wish, isService);
    if (first !== undefined) throw new ValidationProblem([first, ...others]);
    const { name, scopes, expiresAt, allowedCidrs, rateLimit } = wish;
    const body: CreateTokenBody = {
      token_name: name.trim(),
      scopes,
      expires_at: expiresAt,
      allowed_cidrs: allowedCidrs,
      rate_limit: rateLimit,
    };
    return this.tokens.create(principal, wishOf(body), OPERATOR, undefined);
  }

  /** @throws NoSuchAccountProblem, TokenNotFoundProblem */
  async delete(email: string, id: number): Promise<void> {
    const { principal } = await this.accountOf(email);
    await this.revocation.delete(principal, id, OPERATOR);
  }

  private async accountOf(email: string) {
    const account = await this.users.accountByEmail(email);
    if (account === undefined) throw new NoSuchAccountProblem(email);
    const { user, ...more } = account;
    // The operator acts as the person would, except that other scopes may be granted.
    const identity = {
      user,
      scopes: [EVERYTHING],
      credential: { kind: 'operator' } as const,
      stands: () => ALWAYS,
    };
    return { principal: { ...identity, judgeAgain: () => Promise.resolve(identity) }, ...more };
  }
}

function faultsOf(wish: OperatorWish, isService: boolean): FieldError[] {
  const { name, scopes, expiresAt, allowedCidrs, rateLimit } = wish;
  const faults = {
    name: nameFault('Token name', name),
    scope: scopes && scopeFault(scopes, isService),
    'expires-at': expiresAt === undefined ? undefined : expiryFault(expiresAt),
    cidr: allowedCidrs && rangesFault(allowedCidrs),
    'rate-limit': rateLimit === undefined ? undefined : rateFault(rateLimit),
  };
  return Object.entries(faults).flatMap(([field, detail]) => (detail === undefined ? [] : { field, detail }));
}

function scopeFault(scopes: readonly string[], isService: boolean): string | undefined {
  const granted = scopes.find((scope) => OPERATOR_SCOPES.has(scope));
  if (granted !== undefined && !isService) return `Only a service account may have the scope ${granted}.`;
  return scopesFault(scopes, true);
}
