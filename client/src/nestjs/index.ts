export { CurrentToken, Public, RequireScopes, type VerifiedRequest } from './access.decorator.js';
export { LatchkeyGuard } from './latchkey.guard.js';
export { LatchkeyModule, type LatchkeyModuleAsyncOptions } from './latchkey.module.js';
