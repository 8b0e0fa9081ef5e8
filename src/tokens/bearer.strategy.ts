import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-http-bearer';
import {
  InvalidRequestProblem,
  InvalidTokenProblem,
  MissingCredentialsProblem,
} from '../access/access.errors.js';
import { type Client, clientOf, type Identity } from '../access/principal.js';
import { UnreadBody } from '../common/unread-body.js';
import { StrategyNames } from '../access/strategy-names.js';
import { BearerLimits } from './bearer-limits.js';
import { refusalProblem } from './verification/token-refusal.js';
import { TokenVerifier } from './verification/token-verifier.js';

/** All that `passport-http-bearer` gets to see of a request, so that it finds a token nowhere else. */
interface BearerView {
  readonly headers: { readonly authorization: string };
  readonly client: Client;
}

/** Recognises a program by its personal access token. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy) {
  /** Given by Passport, for each request. */
  declare fail: (status: number) => void;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly limits: BearerLimits,
    names: StrategyNames,
  ) {
    super({ passReqToCallback: true });
    names.rename(this, names.bearer);
  }

  /**
   * Called by Passport, whose types know only Express.
   * @throws Problem for credentials that cannot be judged
   */
  override authenticate(incoming: unknown): void {
    const request = incoming as FastifyRequest;
    const authorization = bearerHeader(request);
    if (authorization === undefined) {
      this.fail(401);
      return;
    }
    const view: BearerView = { headers: { authorization }, client: clientOf(request) };
    super.authenticate(view as never);
  }

  /** @throws Problem for a token that is not good, or was used too often */
  async validate({ client }: BearerView, token: string): Promise<Identity> {
    const verification = await this.verifier.verify(token, client);
    if (!verification.ok) {
      await this.limits.failed(client.address);
      throw refusalProblem(verification);
    }
    const { principal } = verification;
    const { id, rateLimit } = principal.credential;
    return rateLimit === null ? principal : { ...principal, standing: await this.limits.use(id, rateLimit) };
  }
}

/** The token a request presents; see `bearerHeader`. */
export const presentedToken = (request: FastifyRequest): string | undefined =>
  bearerHeader(request)?.slice('Bearer '.length);

/** RFC 6750's other two places for a token; neither is a credential here. */
const ELSEWHERE = 'access_token';

/**
 * The Authorization header of a request (RFC 6750 section 2.1, RFC 9110 section 11.6.2): the word `Bearer`, one space
 * and the token. More spaces than one are made one.
 * @returns undefined for a request without that header
 * @throws Problem 400 or 401 for a header that holds no single bearer token
 */
function bearerHeader(request: FastifyRequest): string | undefined {
  if (has(request.query, ELSEWHERE) || isInBody(request.body)) {
    throw new InvalidRequestProblem('Send the token in the Authorization header, nowhere else.');
  }
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  if (countAuthorizationHeaders(request.raw.rawHeaders) > 1) {
    throw new InvalidRequestProblem('Send one Authorization header.');
  }
  if (/^bearer \S+$/i.test(header)) return header;
  if (/^bearer +\S+$/i.test(header)) return header.replace(/ +/, ' ');
  if (/^bearer$/i.test(header)) throw new InvalidTokenProblem();
  if (/^bearer\s/i.test(header)) {
    throw new InvalidRequestProblem(
      'The Authorization header must be the word Bearer, a space and the token.',
    );
  }
  throw new MissingCredentialsProblem();
}

/** A body that is not read yet is only searched, because nobody knows who sends it. */
const isInBody = (body: unknown): boolean =>
  body instanceof UnreadBody ? /"access_token"\s*:/.test(body.text) : has(body, ELSEWHERE);

const has = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key);

const NAME = 'authorization';

/** Node keeps only the first of several; the raw list holds names at even places. */
function countAuthorizationHeaders(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === NAME.length && name.toLowerCase() === NAME) count += 1;
  }
  return count;
}
