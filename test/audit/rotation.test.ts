import { beforeEach, expect, test } from '@jest/globals';
import { eventsOf } from '../support/events.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { rotate } from '../support/rotation.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';

const app = useApp();
let user: TestUser;

const eventsOfRotation = async () =>
  (await eventsOf(app, user)).filter(({ kind }) => ['token_rotated', 'overlap_ended'].includes(kind));

beforeEach(async () => {
  user = await createUser(app);
});

test('the audit log has a rotation, and the end of its overlap: of which token, by whom, and from where', async () => {
  const token = await createToken(app, user, { name: 'Nightly export' });
  const program = asProgram(app, await rotate(asProgram(app, token), token.id, 3600));
  await program.delete(`${TOKENS}/${token.id}/previous_secret`).set('User-Agent', 'a test').expect(204);
  const about = { tokenId: token.id, tokenName: 'Nightly export', address: '127.0.0.1' };
  expect(await eventsOfRotation()).toMatchObject([
    { ...about, kind: 'token_rotated', actorTokenId: token.id, detail: 'overlap of 3600 s' },
    { ...about, kind: 'overlap_ended', actorTokenId: token.id, detail: null, userAgent: 'a test' },
  ]);
});

test('of what was refused, it has nothing', async () => {
  const token = await createToken(app, user, { expiresAt: app.clock.now() });
  const person = await asPerson(app, user);
  await person.post(`${TOKENS}/${token.id}/rotate`).expect(409);
  await person.delete(`${TOKENS}/${token.id}/previous_secret`).expect(404);
  const theirs = await createToken(app, await createUser(app));
  await person.post(`${TOKENS}/${theirs.id}/rotate`).expect(404);
  expect(await eventsOfRotation()).toEqual([]);
});
