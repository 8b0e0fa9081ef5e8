import type { TokenPrincipal } from '../access/principal.js';

/** All that a scope may consist of, so that a list of them can be taken apart (RFC 6749 section 3.3). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Scopes as one text, separated by spaces. What a table of another application brought along and is no scope by
 * RFC 6749 is left out: with a space in it, it would read as two.
 */
export const scopeText = (scopes: readonly string[]): string =>
  scopes.filter((scope) => SCOPE_TOKEN.test(scope)).join(' ');

/** Printable ASCII but the percent sign. */
const PLAIN = /^[\x20-\x24\x26-\x7e]*$/;

/** A text as a header's value: UTF-8, with percent escapes for all but printable ASCII (RFC 3986 section 2.1). */
export const headerText = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text.toWellFormed().replace(/[^\x20-\x24\x26-\x7e]+/g, (part) => encodeURIComponent(part));

/**
 * Who it is, for the service behind the gateway. Every header is on every 200: a gateway that copies only what it
 * finds would otherwise let one of the client's own through.
 */
export const identityHeaders = ({ user, scopes, credential }: TokenPrincipal) => ({
  'x-auth-user-id': String(user.id),
  'x-auth-user-email': headerText(user.email),
  'x-auth-user-name': headerText(user.name),
  'x-auth-token-id': String(credential.id),
  'x-auth-scopes': scopeText(scopes),
});
