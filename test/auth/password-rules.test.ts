import { describe, expect, test } from '@jest/globals';
import { hashSync } from '@node-rs/argon2';
import { User } from '../../src/users/user.entity.js';
import { createUser, PASSWORD } from '../support/factories.js';
import { asBrowser, asPerson } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

/** Code points without a pattern in them, so that only the length is judged. */
const emoji = (count: number): string =>
  Array.from({ length: count }, (_, n) =>
    String.fromCodePoint(0x1f300 + ((n * 7919 + n * n * 31) % 0x300)),
  ).join('');

const PHRASE = 'violet otters rarely argue about the tide table ';

const app = useApp();
let registered = 0;

async function register(password: string, overrides: { name?: string; email?: string } = {}) {
  registered += 1;
  const person = { name: 'Ada', email: `person${registered}@example.com`, ...overrides };
  const { status, body } = await asBrowser(app)
    .post('/v1/auth/register')
    .send({ ...person, password });
  return { status, body: body as { message: string; errors: unknown[] }, email: person.email };
}

const signIn = async (email: string, password: string): Promise<number> =>
  (await asBrowser(app).post('/v1/auth/login').send({ email, password })).status;

describe('the length of a password', () => {
  test.each([
    ['15 letters', 'vqzjkwxmfyhbtgd'],
    ['15 code points that are 30 UTF-16 units', emoji(15)],
    ['64 letters', PHRASE.repeat(2).slice(0, 64)],
    ['65 letters', PHRASE.repeat(2).slice(0, 65)],
    ['128 letters', PHRASE.repeat(3).slice(0, 128)],
    ['1024 letters', PHRASE.repeat(22).slice(0, 1024)],
    ['1024 code points that are 2048 UTF-16 units', emoji(1024)],
  ])('%s are enough and not too many, and sign in', async (_, password) => {
    const { status, email } = await register(password);
    expect(status).toBe(201);
    expect(await signIn(email, password)).toBe(200);
  });

  test.each([
    ['14 letters', 'vqzjkwxmfyhbtg'],
    ['14 code points that are 28 UTF-16 units', emoji(14)],
  ])('%s are too few', async (_, password) => {
    const { status, body } = await register(password);
    expect(status).toBe(400);
    const detail = 'Password must be at least 15 characters.';
    expect(body).toMatchObject({ message: detail, errors: [{ field: 'password', detail }] });
  });

  test('1025 letters are too many, and are not cut', async () => {
    const { status, body } = await register(PHRASE.repeat(22).slice(0, 1025));
    expect(status).toBe(400);
    expect(body.message).toBe('Password must be at most 1024 characters.');
  });

  test.each([72, 128, 255, 1024])(
    'passwords that differ only at character %i are different',
    async (length) => {
      const password = PHRASE.repeat(22).slice(0, length - 1);
      const { status, email } = await register(`${password}x`);
      expect(status).toBe(201);
      expect(await signIn(email, `${password}y`)).toBe(401);
      expect(await signIn(email, password)).toBe(401);
      expect(await signIn(email, `${password}x`)).toBe(200);
    },
  );
});

describe('what a password is made of', () => {
  test.each([
    ['lower case letters only', 'violet otters argue rarely'],
    ['upper case letters only', 'VIOLET OTTERS ARGUE RARELY'],
    ['digits only', '7391602848153920467'],
    ['another script', 'фиолетовые выдры спорят редко'],
    ['spaces at both ends', '  violet otters argue rarely  '],
  ])('%s: there are no rules about that', async (_, password) => {
    const { status, email } = await register(password);
    expect(status).toBe(201);
    expect(await signIn(email, password)).toBe(200);
    expect(await signIn(email, `${password} `)).toBe(401);
  });

  test.each([
    'passwordpassword',
    'PasswordPassword',
    'P@ssw0rdP@ssw0rd',
    '123456789012345',
    'qwertyuiopasdfgh',
    'aaaaaaaaaaaaaaaaaaaa',
    'abcdefghijklmnop',
    'iloveyouiloveyou',
    'latchkeylatchkey',
  ])('a common one is refused: %s', async (password) => {
    const { status, body, email } = await register(password);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ field: 'password', detail: expect.stringContaining('too common') }]);
    expect(JSON.stringify(body)).not.toContain(password);
    expect(await app.dataSource.getRepository(User).countBy({ email })).toBe(0);
  });

  test('a common one is refused also in another form of the same letters', async () => {
    // Full-width letters, which become plain ones before they are hashed.
    const { status } = await register('ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ');
    expect(status).toBe(400);
  });

  const longEmail = `mary.wollstonecraft.shelley@${'frankenstein.prometheus.'.repeat(2)}example.com`;
  test.each([
    ['address', 'ada.lovelace@example.com', { email: 'ada.lovelace@example.com' }],
    ['address in another case', 'Ada.King@Example.com', { email: 'ada.king@example.com' }],
    ['long address', longEmail, { email: longEmail }],
    ['name', 'Augusta Ada King Noel', { name: 'Augusta Ada King Noel' }],
  ])("the person's own %s is refused", async (_, password, person) => {
    const { status, body } = await register(password, person);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: 'password' }]);
  });

  const spelled = [
    ['composed', 'caf\u00e9 au lait and a croissant'],
    ['decomposed', 'cafe\u0301 au lait and a croissant'],
    ['full-width', 'caf\u00e9 au lait and \uff41 croissant'],
  ] as const;
  test.each(spelled)('chosen in the %s form, it matches in every other', async (_, chosen) => {
    const { status, email } = await register(chosen);
    expect(status).toBe(201);
    for (const [, typed] of spelled) expect(await signIn(email, typed)).toBe(200);
    expect(await signIn(email, 'cafe au lait and a croissant')).toBe(401);
  });
});

describe('a hash made with weaker parameters than those of today', () => {
  const TODAY = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
  const weakHash = hashSync(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
  const storedHash = async (id: number) =>
    (await app.dataSource.getRepository(User).findOneByOrFail({ id })).passwordHash;

  test('is replaced at sign-in, and the password still works', async () => {
    const user = await createUser(app, { passwordHash: weakHash });
    const person = await asPerson(app, user);
    const replaced = await storedHash(user.id);
    expect(replaced).toMatch(TODAY);
    expect(await signIn(user.email, PASSWORD)).toBe(200);
    expect(await storedHash(user.id)).toBe(replaced);
    // It is the same password, so nobody is signed out.
    await person.get('/v1/current_user').expect(200);
  });

  test('stays where the password was wrong', async () => {
    const user = await createUser(app, { passwordHash: weakHash });
    expect(await signIn(user.email, 'not the password at all')).toBe(401);
    expect(await storedHash(user.id)).toBe(weakHash);
  });

  test('a new account gets the parameters of today', async () => {
    const { email } = await register(PASSWORD);
    const { passwordHash } = await app.dataSource.getRepository(User).findOneByOrFail({ email });
    expect(passwordHash).toMatch(TODAY);
  });
});
