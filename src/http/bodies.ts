import { parse as parseForm } from 'node:querystring';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../common/problem.js';

/** Far more than most bodies of this API need. A route that takes larger ones says so. */
export const BODY_LIMIT_BYTES = 64 * 1024;
/** No body of this API is nested deeper than this. */
const MAX_DEPTH = 8;

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * A body is a JSON object. On a route with `TakesForm` it is a form, and nothing else. An empty body counts as no body,
 * because clients send the content type with every request.
 */
export function takeBodies(instance: FastifyInstance): void {
  instance.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as RouteBody;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
  const parseJson = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, (request, body, done) => {
    if (takesForm(request)) {
      done(new WrongBodyTypeProblem(FORM_TYPE));
    } else if (body.length === 0) {
      done(null, undefined);
    } else {
      void parseJson(request, body as string, (error, value: unknown) => {
        const problem = error === null ? bodyProblem(value) : new MalformedBodyProblem('is not valid JSON');
        if (problem === undefined) done(null, value);
        else done(problem);
      });
    }
  });
  instance.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, (request, body, done) => {
    if (takesForm(request)) done(null, parseForm(body as string, '&', '=', ALL_KEYS));
    else done(new WrongBodyTypeProblem(JSON_TYPE));
  });
  instance.addContentTypeParser('*', (request, _body, done) => {
    done(new WrongBodyTypeProblem(takesForm(request) ? FORM_TYPE : JSON_TYPE));
  });
}

/** The number of keys needs no limit of its own, because the size of a body has one. */
const ALL_KEYS = { maxKeys: 0 };

/** What a route says of its body, in its configuration. */
interface RouteBody {
  readonly form?: boolean;
  /** Where it is not `BODY_LIMIT_BYTES`. */
  readonly bodyLimit?: number;
}

const takesForm = ({ routeOptions }: FastifyRequest): boolean =>
  (routeOptions.config as RouteBody).form === true;

class WrongBodyTypeProblem extends Problem {
  constructor(right: string) {
    super('unsupported_media_type', `Send the body as ${right}.`);
  }
}

class MalformedBodyProblem extends Problem {
  constructor(fault: string) {
    super('malformed_json', `The request body ${fault}.`);
  }
}

/** Looks at one level after the other. class-transformer uses recursion, and some thousand levels exhaust its stack. */
function isDeeperThan(depth: number, body: object): boolean {
  let level: unknown[] = [body];
  for (let at = 0; at <= depth; at += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

function bodyProblem(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return new MalformedBodyProblem('must be a JSON object');
  }
  if (isDeeperThan(MAX_DEPTH, body)) return new MalformedBodyProblem('is nested too deeply');
  return undefined;
}
