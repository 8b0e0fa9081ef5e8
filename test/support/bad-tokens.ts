import type { TestApp } from './app.js';
import { createToken, createUser, type TestUser, UNKNOWN_SECRET } from './factories.js';
import { asProgram } from './requests.js';

/** Tokens that are not good, each for another reason, made by the database's hand. */
export async function badTokens(
  app: TestApp,
  user: TestUser,
): Promise<[reason: string, presented: string][]> {
  const live = await createToken(app, user);
  const parent = await createToken(app, user);
  const child = await createToken(app, user, { parentId: parent.id });
  await asProgram(app, parent).delete(`/v1/current_user/tokens/${parent.id}`).expect(204);
  const disabled = await createUser(app, { disabledAt: app.clock.now() });
  const now = app.clock.now();
  const bound = { allowedCidrs: ['192.0.2.0/24'] };
  const made = async (who: TestUser, overrides: Parameters<typeof createToken>[2]) =>
    (await createToken(app, who, overrides)).plainText;
  return [
    ['unknown', `99999|${UNKNOWN_SECRET}`],
    ['wrong secret', `${live.id}|${UNKNOWN_SECRET}`],
    ['no token at all', 'nonsense'],
    ['of a length nobody expects', 'x'.repeat(10_000)],
    ['deleted', parent.plainText],
    ['child of a deleted one', child.plainText],
    ['expired', await made(user, { expiresAt: now })],
    ['of a disabled user', await made(disabled, {})],
    ['bound to addresses', await made(user, bound)],
    ['expired, of a disabled user, bound to addresses', await made(disabled, { ...bound, expiresAt: now })],
    ['expired and bound to addresses', await made(user, { ...bound, expiresAt: now })],
    ['of a disabled user, bound to addresses', await made(disabled, bound)],
  ];
}
