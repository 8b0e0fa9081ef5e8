import { randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { digest } from '../../common/digest.js';
import { ID } from '../../common/id.js';

/**
 * The format of a token, byte for byte that of Laravel Sanctum 4: `{id}|{prefix}{40 random}{8 checksum}`.
 * Pure functions; nothing here knows a database.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** log2(62^40) = 238 bits. */
const RANDOM_LENGTH = 40;
const CHECKSUM_LENGTH = 8;
const SELF_LENGTH = RANDOM_LENGTH + CHECKSUM_LENGTH;

const FORM = new RegExp(`^(${ID})\\|(\\w+)$`);
/** Any prefix is accepted, so that tokens stay good when TOKEN_PREFIX changes. */
const CHECKED_SECRET = /^\w{0,32}?[A-Za-z0-9]{40}[0-9a-f]{8}$/;
/** The secrets of Sanctum releases without a checksum: 40 or 80 characters. */
const UNCHECKED_SECRET = /^\w{16,128}$/;

/** A new secret, at the only moment when it exists in plain text. */
export interface MintedSecret {
  readonly secret: string;
  readonly hash: string;
}

export interface PresentedToken {
  readonly id: number;
  readonly secret: string;
}

/** @param prefix `TOKEN_PREFIX` */
export function mintSecret(prefix: string): MintedSecret {
  let random = '';
  while (random.length < RANDOM_LENGTH) random += ALPHABET.charAt(randomInt(ALPHABET.length));
  const secret = prefix + random + checksum(random);
  return { secret, hash: digest(secret) };
}

/** The CRC-32 (IEEE) of the text, as 8 lower-case hex digits. */
export const checksum = (text: string): string => crc32(text).toString(16).padStart(CHECKSUM_LENGTH, '0');

/**
 * Splits a presented token into its parts, and checks its form.
 * @param requireChecksum false also accepts secrets without a checksum, if their length is not that of ours
 * @returns undefined for a text that cannot be a token, so that the database need not be asked
 */
export function parseToken(presented: string, requireChecksum: boolean): PresentedToken | undefined {
  const [, idText, secret = ''] = FORM.exec(presented) ?? [];
  const id = Number(idText);
  if (!Number.isSafeInteger(id)) return undefined;
  const isWellFormed = hasChecksum(secret) || (!requireChecksum && isUnchecked(secret));
  return isWellFormed ? { id, secret } : undefined;
}

function hasChecksum(secret: string): boolean {
  if (!CHECKED_SECRET.test(secret)) return false;
  const random = secret.slice(-SELF_LENGTH, -CHECKSUM_LENGTH);
  return crc32(random) === parseInt(secret.slice(-CHECKSUM_LENGTH), 16);
}

const isUnchecked = (secret: string): boolean =>
  UNCHECKED_SECRET.test(secret) && secret.length !== SELF_LENGTH;

/** Compared if there is no row, so that an unknown id takes as long as a wrong secret. */
const NO_HASH = bytesOf(digest('no such token'));

/** A token has a current secret and, after a rotation, a previous one. */
export type SecretKind = 'current' | 'previous';

/** The stored hashes of a token. Undefined or null if there is none. */
type StoredHashes = Readonly<Partial<Record<SecretKind, string | null>>>;

/** Compares with both in constant time, whatever is stored. @returns the secret that matches */
export function matchingSecret(secret: string, hashes: StoredHashes): SecretKind | undefined {
  const presented = bytesOf(digest(secret));
  const isCurrent = isHash(presented, hashes.current);
  const isPrevious = isHash(presented, hashes.previous);
  if (isCurrent) return 'current';
  return isPrevious ? 'previous' : undefined;
}

/** @param stored if it is no hash, another one is compared, so that the time is the same, and the answer is no */
function isHash(presented: Buffer, stored: string | null | undefined): boolean {
  const comparable = stored?.length === presented.length ? bytesOf(stored) : undefined;
  return timingSafeEqual(presented, comparable ?? NO_HASH) && comparable !== undefined;
}

/** One for each character. */
function bytesOf(hash: string): Buffer {
  return Buffer.from(hash, 'latin1');
}
