import { Injectable } from '@nestjs/common';
import { clientAt, type TokenIdentity } from '../access/principal.js';
import { Settings } from '../config/settings.js';
import {
  type Presentation,
  TokenVerifier,
  type Verification,
} from '../tokens/verification/token-verifier.js';
import { scopeText } from './forward-auth.js';
import type { ActiveTokenBody, IntrospectionBody, Question } from './introspection.dto.js';

/** The whole answer about a token that is not good (RFC 7662 section 2.2). */
const INACTIVE: IntrospectionBody = { active: false };

/** Tells services what a token is good for. */
@Injectable()
export class IntrospectionService {
  private readonly issuer: string;

  constructor(
    private readonly verifier: TokenVerifier,
    { publicUrl }: Settings,
  ) {
    this.issuer = publicUrl.origin;
  }

  /** @param clientIp where the token was presented; without it, a token that is bound to addresses is not active */
  async introspect(token: string, clientIp = ''): Promise<IntrospectionBody> {
    return this.bodyOf(await this.verifier.verify(token, clientAt(clientIp)));
  }

  /**
   * Answers in the order of the questions, and checks what is asked twice only once. If one token cannot be checked,
   * all of it fails, because callers would take a part of the answer for the whole.
   */
  async introspectAll(questions: readonly Question[]): Promise<IntrospectionBody[]> {
    const places = new Map<string, number>();
    const distinct: Presentation[] = [];
    const placeOf = questions.map(({ token, clientIp = '' }) => {
      // A unique key, because no address contains a space.
      const key = `${clientIp} ${token}`;
      const place = places.get(key) ?? distinct.push({ presented: token, client: clientAt(clientIp) }) - 1;
      places.set(key, place);
      return place;
    });
    const bodies = (await this.verifier.verifyAll(distinct)).map((verification) => this.bodyOf(verification));
    return placeOf.map((place) => bodies[place] ?? INACTIVE);
  }

  private bodyOf(verification: Verification): IntrospectionBody {
    return verification.ok ? this.describe(verification.principal) : INACTIVE;
  }

  private describe({ user, scopes, credential }: TokenIdentity): ActiveTokenBody {
    const { id, name, createdAt, expiresAt, rateLimit } = credential;
    return {
      active: true,
      scope: scopeText(scopes),
      username: user.email,
      name: user.name,
      token_type: 'Bearer',
      ...(expiresAt !== null && { exp: seconds(expiresAt) }),
      iat: seconds(createdAt),
      sub: String(user.id),
      iss: this.issuer,
      jti: String(id),
      token_id: id,
      token_name: name,
      ...(rateLimit !== null && { rate_limit: rateLimit }),
    };
  }
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
