import { beforeAll, describe, expect, test } from '@jest/globals';
import { Session } from '../../src/auth/session.entity.js';
import { User } from '../../src/users/user.entity.js';
import type { TestApp } from '../support/app.js';
import { createUser, PASSWORD } from '../support/factories.js';
import { asBrowser } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const REGISTER = '/v1/auth/register';
const ADA = { name: 'Ada Lovelace', email: 'ada@example.com', password: PASSWORD };

const app = useApp();

const countRows = async ({ dataSource }: TestApp = app) => ({
  users: await dataSource.getRepository(User).count(),
  sessions: await dataSource.getRepository(Session).count(),
});

beforeAll(() => {
  app.leaks.remember(PASSWORD);
});

describe('POST /v1/auth/register, 201', () => {
  test('answers with the user, nothing else, and signs the browser in', async () => {
    const browser = asBrowser(app);
    const { body } = await browser.post(REGISTER).send(ADA).expect(201);
    expect(body).toEqual({
      id: expect.any(Number),
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      created_at: app.clock.now().toISOString(),
    });
    const { body: again } = await browser.get('/v1/current_user').expect(200);
    expect(again).toEqual(body);
  });

  test('takes the place of the session the browser had', async () => {
    const browser = asBrowser(app);
    const first = await browser
      .post(REGISTER)
      .send({ ...ADA, email: 'first@example.com' })
      .expect(201);
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    await browser
      .post(REGISTER)
      .send({ ...ADA, email: 'second@example.com' })
      .expect(201);
    await app.request().get('/v1/current_user').set('Cookie', cookie).expect(401);
  });

  test('keeps one form of the address, whatever the case it was typed in', async () => {
    const browser = asBrowser(app);
    const { body } = await browser
      .post(REGISTER)
      .send({ ...ADA, email: 'Grace@Example.COM' })
      .expect(201);
    expect(body.email).toBe('grace@example.com');
    await browser.post('/v1/auth/login').send({ email: 'GRACE@example.com', password: PASSWORD }).expect(200);
  });

  test.each([
    ['emoji', '👩‍👩‍👧‍👦 Zoë 🇳🇱', '👩‍👩‍👧‍👦 Zoë 🇳🇱'],
    ['spaces around it', '  Ada  ', 'Ada'],
    ['255 code points', '😀'.repeat(255), '😀'.repeat(255)],
  ])('a name with %s comes back', async (what, name, expected) => {
    const browser = asBrowser(app);
    const email = `${what.replaceAll(' ', '-')}@example.com`;
    await browser
      .post(REGISTER)
      .send({ ...ADA, email, name })
      .expect(201);
    const { body } = await browser.get('/v1/current_user').expect(200);
    expect(body.name).toBe(expected);
  });
});

describe('POST /v1/auth/register, 400', () => {
  const emailRequired = 'Email must be an email address.';

  test.each([
    ['name', 'missing', undefined, 'Name is required.'],
    ['name', 'null', null, 'Name is required.'],
    ['name', 'blank', '   ', 'Name is required.'],
    ['name', 'a number', 7, 'Name must be a string.'],
    ['name', 'an array', ['Ada'], 'Name must be a string.'],
    ['name', 'an object', { first: 'Ada' }, 'Name must be a string.'],
    ['name', 'too long', 'a'.repeat(256), 'Name must be at most 255 characters.'],
    ['name', 'with a NUL', 'A\u0000da', 'Name must not contain control characters.'],
    ['name', 'with a bidi override', 'A\u202eda', 'Name must not contain control characters.'],
    ['email', 'missing', undefined, emailRequired],
    ['email', 'null', null, emailRequired],
    ['email', 'empty', '', emailRequired],
    ['email', 'a number', 7, emailRequired],
    ['email', 'an array', ['ada2@example.com'], emailRequired],
    ['email', 'without a domain', 'ada', emailRequired],
    ['email', 'half a surrogate pair', '\ud83dada@example.com', emailRequired],
    ['email', 'two addresses', 'ada@example.com,eve@example.com', emailRequired],
    ['email', 'with a line break', 'ada@example.com\r\nBcc: eve@example.com', emailRequired],
    ['password', 'missing', undefined, 'Password is required.'],
    ['password', 'null', null, 'Password is required.'],
    ['password', 'empty', '', 'Password is required.'],
    ['password', 'a number', 123456789012345, 'Password must be a string.'],
    ['password', 'an array', [PASSWORD], 'Password must be a string.'],
    ['password', 'an object', { $ne: '' }, 'Password must be a string.'],
    ['password', 'half a surrogate pair', `${PASSWORD}\ud83d`, 'Password must be valid Unicode text.'],
  ])('%s %s: one message, the one that fits', async (field, _, value, detail) => {
    const before = await countRows();
    const { body, headers } = await asBrowser(app)
      .post(REGISTER)
      .send({ ...ADA, email: 'nobody@example.com', [field]: value })
      .expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', message: detail, errors: [{ field, detail }] });
    expect(body.errors).toHaveLength(1);
    expect(headers['set-cookie']).toBeUndefined();
    expect(await countRows()).toEqual(before);
  });

  test('an address longer than its column is refused, also when only lower case makes it so', async () => {
    // Each of these grows from one code point to two when it is lower-cased.
    const growing = `${'İ'.repeat(32)}@${`${'a'.repeat(60)}.`.repeat(3)}${'b'.repeat(20)}.example.com`;
    const { body } = await asBrowser(app)
      .post(REGISTER)
      .send({ ...ADA, email: growing })
      .expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'email' }] });
  });

  test('every wrong field has its own entry, with one message each', async () => {
    const { body } = await asBrowser(app).post(REGISTER).send({}).expect(400);
    expect((body.errors as { field: string }[]).map(({ field }) => field)).toEqual([
      'name',
      'email',
      'password',
    ]);
  });

  test.each(['role', 'id', 'password_hash', 'disabled_at', 'constructor', 'toString'])(
    'an unknown field is named, and has no effect: %s',
    async (field) => {
      const before = await countRows();
      const { body } = await asBrowser(app)
        .post(REGISTER)
        .send({ ...ADA, email: `${field}@example.com`, [field]: 'secret value' })
        .expect(400);
      expect(body.errors).toEqual([{ field, detail: `Unknown field ${field}.` }]);
      expect(JSON.stringify(body)).not.toContain('secret value');
      expect(await countRows()).toEqual(before);
    },
  );
});

describe('POST /v1/auth/register, 409', () => {
  test.each(['taken@example.com', 'TAKEN@Example.com'])('the address is taken: %s', async (email) => {
    await createUser(app, { email: 'taken@example.com' }).catch(() => undefined);
    const before = await countRows();
    const password = 'another long and unusual password';
    app.leaks.remember(password);
    const { body, headers } = await asBrowser(app)
      .post(REGISTER)
      .send({ ...ADA, email, password })
      .expect(409);
    expect(body).toMatchObject({ code: 'email_taken', errors: [{ field: 'email' }] });
    expect(headers['set-cookie']).toBeUndefined();
    expect(await countRows()).toEqual(before);
    // The owner's password is what it was.
    await asBrowser(app).post('/v1/auth/login').send({ email, password }).expect(401);
    await asBrowser(app).post('/v1/auth/login').send({ email, password: PASSWORD }).expect(200);
  });

  test('of many at once exactly one gets the address', async () => {
    const emails = ['race@example.com', 'Race@example.com', 'RACE@example.com', 'race@EXAMPLE.com'];
    const answers = await Promise.all(
      emails.map((email) =>
        asBrowser(app)
          .post(REGISTER)
          .send({ ...ADA, email }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  });
});

describe('POST /v1/auth/register, 403', () => {
  const closed = useApp({ env: { REGISTRATION: 'closed' } });

  test('registration is closed: no account, no session', async () => {
    const { body, headers } = await asBrowser(closed).post(REGISTER).send(ADA).expect(403);
    expect(body.code).toBe('registration_closed');
    expect(headers['set-cookie']).toBeUndefined();
    expect(await countRows(closed)).toEqual({ users: 0, sessions: 0 });
  });

  test('registration is closed: the answer is the same for an address that has an account', async () => {
    const { email } = await createUser(closed);
    const answers = await Promise.all(
      [email, 'nobody@example.com'].map((one) =>
        asBrowser(closed)
          .post(REGISTER)
          .send({ ...ADA, email: one }),
      ),
    );
    const bodies = answers.map(({ body }) => ({ ...(body as object), request_id: '' }));
    expect(bodies[0]).toEqual(bodies[1]);
  });
});
