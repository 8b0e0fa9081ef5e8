import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Tokens that follow from their ids, so that nobody has to keep ten million of them. */

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
const RANDOM_LENGTH = 40;
const TOKENS_PER_USER = 10;

const random = Buffer.alloc(RANDOM_LENGTH);

/**
 * The secret of a token: 40 characters and their CRC-32, in the service's own format.
 * @param {number} id
 */
export function secretOf(id) {
  let state = id;
  for (let at = 0; at < RANDOM_LENGTH; at += 1) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    random[at] = ALPHABET[((mixed ^ (mixed >>> 14)) >>> 0) % ALPHABET.length];
  }
  return random.latin1Slice() + crc32(random).toString(16).padStart(8, '0');
}

/** @param {number} id */
export const tokenOf = (id) => `${id}|${secretOf(id)}`;

/** What the database keeps of a secret. @param {number} id */
export const digestOf = (id) => hash('sha256', secretOf(id));

/** The one token that may introspect: after all those that are presented. @param {number} tokens */
export const introspectorId = (tokens) => tokens + 1;

/** @param {number} id of a token */
export const userOf = (id) => Math.ceil(id / TOKENS_PER_USER);

/**
 * Ids spread evenly over all there are.
 * @param {number} count
 * @param {number} all
 */
export function spreadIds(count, all) {
  return Array.from({ length: count }, (_, at) => 1 + Math.floor((at * all) / count));
}

/**
 * Ids drawn at random: the whole set where it is small, otherwise a sample of it.
 * @param {number} all
 * @param {number} atMost
 */
export function sampleIds(all, atMost) {
  if (all <= atMost) return spreadIds(all, all);
  return Array.from({ length: atMost }, () => 1 + Math.floor(Math.random() * all));
}
