import { createRequire } from 'node:module';

/** Loads a package the service has, in the service's own copy: the peers bring others of the same name. */
export const fromService = createRequire(new URL('../../package.json', import.meta.url));
