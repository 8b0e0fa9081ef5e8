import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What `npm run build` makes of `web/`. */
const ROOT = fileURLToPath(new URL('../../dist/web/', import.meta.url));

/** The addresses of the page for people. They are one file, which finds out by itself what to show. */
export const PAGES = [
  '/',
  '/sign-in',
  '/sign-up',
  '/settings',
  '/settings/profile',
  '/settings/password',
  '/settings/tokens',
  '/settings/tokens/:tokenId',
  '/settings/security-log',
] as const;

/** A wrong address under one of these is answered with a problem, even if a browser asks. */
const NOT_PAGES = /^\/(v1|docs|health|metrics|assets)(\/|\?|$)/;

/** Serves the page for people, and its files. */
export async function serveWeb(app: NestFastifyApplication): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  // A file's name changes with its contents, so a browser may keep it for ever.
  await app.register(fastifyStatic, {
    root: `${ROOT}assets`,
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
  });
  for (const url of PAGES) instance.get(url, (_request, reply) => sendPage(reply));
  instance.get('/favicon.svg', (_request, reply) => sendPage(reply, 'favicon.svg'));
}

/** Browsers ask for the page each time, so that they have a new release at once. */
export const sendPage = (reply: FastifyReply, file = 'index.html'): FastifyReply =>
  reply.header('cache-control', 'no-cache').sendFile(file, ROOT, { cacheControl: false });

/** Whether somebody with a browser asks for a page. */
export const isForPerson = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && headers.accept?.includes('text/html') === true && !NOT_PAGES.test(url);
