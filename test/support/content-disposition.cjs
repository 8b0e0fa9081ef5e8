/**
 * The real package, loaded by Node itself: it is ESM, @fastify/static requires it from CommonJS, and Jest's own
 * `require` can do that from Node 24.9 on only.
 */
const { createRequire } = process.getBuiltinModule('node:module');

module.exports = createRequire(__filename)('content-disposition');
