/**
 * better-auth with its API-key plugin, behind the fastest server there is: node:http. STORAGE says where its
 * keys are: `database`, or `memory` for secondary storage in the memory of this very process.
 *
 * Set as fast as its documentation (docs/plugins/api-key, "Advanced" and "Reference") allows:
 * - rateLimit off: no request is counted. What it writes all the same in the version used here is the key's
 *   last_request, the counterpart of the service's last-used, and its updated_at; no setting removes them
 * - deferUpdates with a backgroundTasks handler: writes follow the answer. With keys in memory they do; with
 *   keys in the database this version waits for both
 * - secondary-storage without fallbackToDatabase: no database at all once the key is there
 * - metadata, permissions, remaining uses and expiry unused: nothing to parse, count down or check
 * - one key for each user: its list of a user's keys, gone through on every request, stays short
 * - verified through auth.api, not over a second HTTP request; the user is not even loaded
 * Not set: disableKeyHashing, which its documentation warns against and which no other row does.
 */
import { createServer } from 'node:http';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { createPool } from 'mysql2/promise';
import { answerOf } from '../lib/answer.mjs';
import { secretOf } from '../lib/tokens.mjs';

const { DATABASE_URL, HOST, KEYS, PORT, STORAGE } = process.env;

const ids = JSON.parse(KEYS);
let made = 0;

const inMemory = STORAGE === 'memory';
const memory = new Map();

const options = {
  baseURL: `http://${HOST}:${PORT}`,
  secret: 'nothing is signed in this benchmark',
  database: createPool({ uri: DATABASE_URL, timezone: 'Z' }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  advanced: { backgroundTasks: { handler: (task) => void task } },
  ...(inMemory && {
    secondaryStorage: {
      get: (key) => memory.get(key) ?? null,
      set: (key, value) => void memory.set(key, value),
      delete: (key) => void memory.delete(key),
    },
  }),
  plugins: [
    apiKey({
      storage: inMemory ? 'secondary-storage' : 'database',
      rateLimit: { enabled: false },
      deferUpdates: true,
      startingCharactersConfig: { shouldStore: false },
      customKeyGenerator: () => secretOf(ids[made]),
    }),
  ],
};

await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
for (; made < ids.length; made += 1) await auth.api.createApiKey({ body: { userId: String(ids[made]) } });

createServer(async (request, response) => {
  const { valid, key } = await auth.api.verifyApiKey({ body: { key: request.headers['x-api-key'] ?? '' } });
  if (!valid) {
    response.writeHead(401).end();
    return;
  }
  const body = JSON.stringify(answerOf(Number(key.referenceId)));
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}).listen(Number(PORT), HOST);
