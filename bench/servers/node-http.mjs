/** The physical limit: what Node itself can answer. */
import { createServer } from 'node:http';
import { answerOf } from '../lib/answer.mjs';

const user = answerOf(1);

createServer((_request, response) => {
  const body = JSON.stringify(user);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}).listen(Number(process.env.PORT), process.env.HOST);
