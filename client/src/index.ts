export { LatchkeyClient, type VerifyOptions } from './client.js';
export {
  InvalidTokenError,
  LatchkeyConfigurationError,
  LatchkeyError,
  MissingScopeError,
  VerificationUnavailableError,
} from './errors.js';
export type { LatchkeyClientOptions } from './options.js';
export { covers, hasScope } from './scopes.js';
export type { VerifiedToken } from './verified-token.js';
