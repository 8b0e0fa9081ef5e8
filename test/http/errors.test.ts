import { beforeEach, describe, expect, test } from '@jest/globals';
import { createToken, createUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { sendRaw } from '../support/raw.js';
import { asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';
const TOKENS = '/v1/current_user/tokens';
const CREATE = `${TOKENS}/create`;

const CANARY = 'canary-in-the-cellar';

describe('what a request can have wrong', () => {
  const app = useApp();
  let program: Client;
  let authorization: string;

  const createWith = (body: string, type = 'application/json') =>
    program.post(CREATE).set('Content-Type', type).send(body);
  const expectNothingCreated = async () => {
    const { body } = await program.get(TOKENS).expect(200);
    expect(body).toHaveLength(1);
  };

  beforeEach(async () => {
    const token = await createToken(app, await createUser(app));
    program = asProgram(app, token);
    authorization = `Authorization: Bearer ${token.plainText}`;
  });

  test('400: a field, with the field and the message for it', async () => {
    const answer = await createWith('{"token_name":""}');
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'validation_failed',
      detail: 'Token name is required.',
      message: 'Token name is required.',
      errors: [{ field: 'token_name', detail: 'Token name is required.' }],
      request_id: answer.headers['x-request-id'],
    });
  });

  test('400: several fields, each named, the first one in the message', async () => {
    const answer = await createWith('{"token_name":5,"colour":"red"}');
    expectProblem(answer, 400, 'validation_failed');
    const errors = answer.body.errors as { field: string; detail: string }[];
    expect(errors.map(({ field }) => field).toSorted()).toEqual(['colour', 'token_name']);
    expect(answer.body.detail).toBe(errors[0]?.detail);
  });

  test('400: a field whose name is not printable is not repeated', async () => {
    const answer = await createWith(JSON.stringify({ token_name: 'Fine', [`<${CANARY}>`]: 1 }));
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.text).not.toContain(CANARY);
    await expectNothingCreated();
  });

  test.each([
    ['cut off', `{"token_name":"${CANARY}`],
    ['not JSON', CANARY],
    ['single quotes', `{'token_name':'${CANARY}'}`],
    ['a trailing comma', `{"token_name":"${CANARY}",}`],
    ['two documents', `{"token_name":"${CANARY}"}{}`],
    ['a number JSON does not have', `{"token_name":"${CANARY}","n":NaN}`],
    ['an array', `["${CANARY}"]`],
    ['a string', `"${CANARY}"`],
    ['a number', '5'],
    ['null', 'null'],
    ['only a space', ' '],
    ['deep nesting, never closed', '['.repeat(5000)],
    ['lists nested deeply', `{"token_name":${'['.repeat(7000)}${']'.repeat(7000)}}`],
    ['objects nested deeply', `{"token_name":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`],
  ])('400: a body that is %s; nothing of it is repeated', async (_, body) => {
    const answer = await createWith(body);
    expectProblem(answer, 400, 'malformed_json');
    expect(answer.text).not.toContain(CANARY);
    expect(answer.text).not.toMatch(/position|unexpected|line \d/i);
    await expectNothingCreated();
  });

  test.each([
    ['malformed_json', '{"__proto__":{"token_name":"Polluted"}}'],
    ['malformed_json', '{"token_name":"Polluted","__proto__":1}'],
    ['malformed_json', '{"token_name":"Polluted","\\u005f_proto__":{"x":1}}'],
    ['malformed_json', '{"token_name":{"__proto__":{"x":1}}}'],
    ['malformed_json', '{"token_name":"Polluted","constructor":{"prototype":{"x":1}}}'],
    ['validation_failed', '{"token_name":"Polluted","constructor":{"name":"x"}}'],
    ['validation_failed', '{"token_name":"Polluted","constructor":1}'],
    ['validation_failed', '{"token_name":"Polluted","prototype":1}'],
    ['validation_failed', '{"token_name":"Polluted","toString":1}'],
    ['validation_failed', '{"token_name":"Polluted","hasOwnProperty":1}'],
  ])('400: %s for the body %s; nothing is created or polluted', async (code, body) => {
    const answer = await createWith(body);
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expectProblem(answer, 400, code);
    await expectNothingCreated();
  });

  test('400: a query parameter of the wrong type', async () => {
    expectProblem(await program.get(`${TOKENS}?limit[]=1`), 400, 'validation_failed');
  });

  test.each(['/v1/%zz', '/%', `${TOKENS}/%E0%A4%A`, '/%c0%ae'])(
    '400: the broken escape in %s',
    async (path) => {
      const answer = await sendRaw(app, [`GET ${path} HTTP/1.1`, authorization]);
      expectProblem(answer, 400, 'bad_request');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(JSON.stringify(answer.body)).not.toContain(path);
    },
  );

  test.each(['/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/..%2fpackage.json'])(
    '404: %s leads out of the files that are served',
    async (path) => {
      const answer = await sendRaw(app, [`GET ${path} HTTP/1.1`]);
      expectProblem(answer, 404, 'not_found');
    },
  );

  test.each(['/nothing', '/v1', '/v1/current_user/', '/V1/current_user', '//v1/current_user', '/.env'])(
    '404: there is nothing at %s',
    async (path) => {
      const answer = await sendRaw(app, [`GET ${path} HTTP/1.1`, authorization]);
      expectProblem(answer, 404, 'not_found');
    },
  );

  test.each([
    ['GET', CREATE, 'POST'],
    ['DELETE', CREATE, 'POST'],
    ['POST', TOKENS, 'GET, HEAD'],
    ['OPTIONS', TOKENS, 'GET, HEAD'],
    ['GET', `${TOKENS}/delete`, 'DELETE'],
    ['PUT', `${TOKENS}/1`, 'DELETE, GET, HEAD, PATCH'],
    ['TRACE', ME, 'GET, HEAD'],
    ['GET', '/v1/auth/login', 'POST'],
  ])('405: %s %s, and what it takes instead', async (method, path, allow) => {
    const answer = await sendRaw(app, [`${method} ${path} HTTP/1.1`, authorization, 'X-Canary: canary']);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.allow).toBe(allow);
    expect(JSON.stringify(answer)).not.toContain('canary');
  });

  test.each(['PROPFIND', 'FOO', 'get'])('404 or 405: the method %s', async (method) => {
    const answer = await sendRaw(app, [`${method} ${ME} HTTP/1.1`, authorization]);
    if (answer.status === 404) expectProblem(answer, 404, 'not_found');
    else expectProblem(answer, 405, 'method_not_allowed');
  });

  test('413: a body over the limit, said or not said in advance; nothing is created', async () => {
    const body = JSON.stringify({ token_name: 'x'.repeat(64 * 1024) });
    expectProblem(await createWith(body), 413, 'body_too_large');
    const size = Buffer.byteLength(body);
    const chunked = [
      `POST ${CREATE} HTTP/1.1`,
      authorization,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ];
    const answer = await sendRaw(app, chunked, `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    expectProblem(answer, 413, 'body_too_large');
    await expectNothingCreated();
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'nonsense',
  ])('415: a body of type %s; nothing is created', async (type) => {
    expectProblem(await createWith('{"token_name":"Typed"}', type), 415, 'unsupported_media_type');
    await expectNothingCreated();
  });

  test('201: the type may name its charset', async () => {
    await createWith('{"token_name":"Typed"}', 'application/json; charset=utf-8').expect(201);
  });

  test.each([ME, '/v1/verify'])(
    'an expectation that nobody understands changes nothing: %s',
    async (path) => {
      const answer = await sendRaw(app, [`GET ${path} HTTP/1.1`, authorization, 'Expect: 200-maybe']);
      expect(answer.status).toBe(200);
      expect(answer.headers['x-request-id']).toMatch(/./);
    },
  );

  test('431: headers over 16 KB', async () => {
    const answer = await sendRaw(app, [`GET ${ME} HTTP/1.1`, `X-Long: ${CANARY.repeat(1000)}`]);
    expectProblem(answer, 431, 'headers_too_large');
    const { request_id } = answer.body as { request_id: string };
    expect(answer.headers['x-request-id']).toBe(request_id);
    expect(app.log).toContainEqual(expect.objectContaining({ request_id, status: 431, msg: 'request' }));
    expect(JSON.stringify(answer.body)).not.toContain(CANARY);
  });

  test.each([
    ['no address', ['GET HTTP/1.1']],
    ['no version', [`GET ${ME}`]],
    ['a header without a colon', [`GET ${ME} HTTP/1.1`, 'nonsense']],
    ['a length that is no number', [`POST ${CREATE} HTTP/1.1`, 'Content-Length: five']],
    ['two lengths', [`POST ${CREATE} HTTP/1.1`, 'Content-Length: 2', 'Content-Length: 3']],
    ['a length and chunks', [`POST ${CREATE} HTTP/1.1`, 'Content-Length: 5', 'Transfer-Encoding: chunked']],
  ])('400: a request with %s', async (_, lines) => {
    expectProblem(await sendRaw(app, lines, '{}'), 400, 'bad_request');
  });
});
