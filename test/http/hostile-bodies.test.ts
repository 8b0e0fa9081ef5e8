import { describe, expect, test } from '@jest/globals';
import { createToken, createUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asBrowser, asProgram } from '../support/requests.js';
import { sendRaw } from '../support/raw.js';
import { useApp } from '../support/use-app.js';

const QUOTA = 3;
const CREATE = '/v1/current_user/tokens/create';
const LOGIN = '/v1/auth/login';
const app = useApp({ env: { TRUST_PROXY: '127.0.0.1', LIMIT_FAILED_TOKENS: String(QUOTA) } });

/** A body with that many fields that nobody declared. */
const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 1]));
let addresses = 0;
const newAddress = () => `203.0.113.${(addresses += 1)}`;
const post = (path: string, address = newAddress()) =>
  asBrowser(app).post(path).set('X-Forwarded-For', address);
const program = async () => asProgram(app, await createToken(app, await createUser(app)));

describe('what a body costs', () => {
  test.each([
    [LOGIN, 7000],
    ['/v1/auth/register', 7000],
    ['/v1/revoke', 17_000],
  ])('413: %s takes less than %i bytes', async (path, size) => {
    const type = path === '/v1/revoke' ? 'form' : 'json';
    const body = type === 'form' ? `token=${'x'.repeat(size)}` : { email: 'x'.repeat(size) };
    expectProblem(await post(path).type(type).send(body), 413, 'body_too_large');
  });

  test.each([LOGIN, '/v1/auth/register'])('400: %s is told of ten errors at most', async (path) => {
    const { body } = await post(path).send(fields(20)).expect(400);
    expect(body.errors).toHaveLength(10);
    expect(body.more_errors).toBeGreaterThanOrEqual(12);
  });

  test('a body with too many fields, or values, is validated by nobody', async () => {
    const token = await program();
    const bodies = [
      fields(21),
      { token_name: 'x', scopes: Array(201).fill('a') },
      { token_name: Array(150).fill(Array(2).fill(1)) },
    ];
    for (const body of bodies) {
      expectProblem(await token.post(CREATE).send(body), 400, 'malformed_json');
    }
  });

  test('400: a form with too many fields', async () => {
    const form = `token=x${'&a=1'.repeat(30)}`;
    const answer = await post('/v1/revoke').type('form').send(form);
    expect(answer.body).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  test('400: a query with too many parameters, of one name or of many', async () => {
    const token = await program();
    for (const query of ['state=active&'.repeat(60), Object.keys(fields(60)).join('&')]) {
      expectProblem(await token.get(`/v1/current_user/tokens?${query}`), 400, 'validation_failed');
    }
  });

  test('431: more header lines than anybody sends', async () => {
    const lines = Array.from({ length: 120 }, (_, at) => `a${at}: 1`);
    const answer = await sendRaw(app, ['GET /v1/current_user HTTP/1.1', ...lines]);
    expectProblem(answer, 431, 'headers_too_large');
  });

  test('403: a gateway that asks for more scopes than a token has', async () => {
    const token = await program();
    const answer = await token.get(`/v1/verify?${'scope=a&'.repeat(60)}`);
    expectProblem(answer, 403, 'gateway_question');
  });
});

describe('before a body is looked at', () => {
  const NOT_JSON = '{';

  test('401: whoever is not known hears that', async () => {
    const send = (type: string) => app.request().post(CREATE).set('Content-Type', type).send(NOT_JSON);
    expectProblem(await send('application/json'), 401, 'unauthorized');
    expectProblem(await send('text/plain'), 401, 'unauthorized');
  });

  test('404, 405: whoever asks for what is not there hears that', async () => {
    const send = (path: string) => post(path).set('Content-Type', 'text/plain').send(NOT_JSON);
    expectProblem(await send('/v1/nothing'), 404, 'not_found');
    expectProblem(await send('/v1/auth/session'), 405, 'method_not_allowed');
  });

  test('429: a network that sent too many that were refused; other networks are served', async () => {
    const address = newAddress();
    for (let n = 0; n < QUOTA; n += 1) await post(LOGIN, address).send(fields(1)).expect(400);
    for (const path of [LOGIN, '/v1/auth/register']) {
      expectProblem(await post(path, address).send(fields(1)), 429, 'rate_limited');
    }
    await post('/v1/revoke', address).type('form').send('a=1').expect(429);
    await post(LOGIN).send(fields(1)).expect(400);
  });

  test('good bodies are not counted, whatever comes of them', async () => {
    const address = newAddress();
    const body = { email: 'nobody@example.com', password: 'not the password of anybody' };
    for (let n = 0; n <= QUOTA; n += 1) await post(LOGIN, address).send(body).expect(401);
  });
});
