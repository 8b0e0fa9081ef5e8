import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { Controller, Get, HttpException, Module, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../../src/access/access.decorator.js';
import { createUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';

const CANARY = 'canary-in-the-cellar';

@Controller('broken')
@Public()
class BrokenController {
  @Get('bug')
  bug(): never {
    throw new TypeError(`SELECT * FROM ${CANARY}`);
  }

  @Get('text')
  text(): never {
    throw CANARY as unknown as Error;
  }

  @Get('framework')
  framework(): never {
    throw new HttpException({ message: CANARY, secret: CANARY }, 500);
  }

  @Get('teapot')
  teapot(): never {
    throw new HttpException(CANARY, 418);
  }

  /** An answer that never ends. */
  @Get('endless')
  endless(@Res() reply: FastifyReply): void {
    reply.hijack().raw.writeHead(200).write('begun');
  }
}

@Module({ controllers: [BrokenController] })
class BrokenModule {}

describe('a bug', () => {
  const app = useApp({ imports: [BrokenModule] });

  test.each(['bug', 'text', 'framework'])('500: nothing of the error is told (%s)', async (route) => {
    const answer = await app.request().get(`/broken/${route}`);
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(/canary|select|TypeError|\.ts|at /i);
  });

  test('500: the log has the stack, under the request that failed', async () => {
    const { body } = await app.request().get('/broken/bug');
    const { request_id } = body as { request_id: string };
    const line = app.log.find(({ msg, stack }) => String(msg).includes(request_id) && stack !== undefined);
    expect(line).toMatchObject({ level: 'error' });
    expect(line?.stack).toMatch(/TypeError: SELECT \* FROM canary.*\n +at /);
  });

  test('what is no request breaks off the answer under way, and is not answered in the middle of it', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname)
      .setEncoding('utf8')
      .on('error', () => undefined);
    socket.write('GET /broken/endless HTTP/1.1\r\nHost: x\r\n\r\n');
    let answer = '';
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.includes('begun')) socket.write('nonsense\r\n\r\n');
    });
    await once(socket, 'close');
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200']);
  });

  test('4xx that the contract does not name are 400, without their text', async () => {
    const answer = await app.request().get('/broken/teapot');
    expectProblem(answer, 400, 'bad_request');
    expect(answer.text).not.toContain(CANARY);
  });

  test('the service goes on', async () => {
    const user = await createUser(app);
    await app.request().get('/broken/bug').expect(500);
    await (await asPerson(app, user)).get(ME).expect(200);
  });
});
