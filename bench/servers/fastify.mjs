/** The practical limit: the Fastify the service runs on, with one route and nothing around it. */
import { answerOf } from '../lib/answer.mjs';
import { fromService } from '../lib/service-packages.mjs';

const { fastify } = fromService('fastify');
const user = answerOf(1);

const server = fastify();
server.get('/', () => Promise.resolve(user));
await server.listen({ port: Number(process.env.PORT), host: process.env.HOST });
