import type { UserProfile } from '../access/principal.js';

/** What an operator needs to know. */
export interface UserAccount {
  readonly user: UserProfile;
  /** Nobody signs in to it. */
  readonly isService: boolean;
  /** None of its tokens is accepted. */
  readonly disabled: boolean;
}

/** What sign-in needs to know. */
export interface UserCredentials {
  readonly user: UserProfile;
  /** argon2id, as a PHC string. */
  readonly passwordHash: string;
  readonly passwordVersion: number;
  readonly disabled: boolean;
}

/** The one form an address is stored and compared in. */
export const normaliseEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();
