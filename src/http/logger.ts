import type { LoggerService } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from '../config/settings.js';

/** A whole token, wherever it turns up in a line. */
const TOKEN = /\b(\d{1,16}(?:\||%7C))\w{0,32}[A-Za-z0-9]{40}[0-9a-f]{8}/gi;

/** A value that is secret by its name, at any depth. */
const NAMED_SECRET =
  /"(authorization|cookie|set-cookie|token|(?:current_|new_)?password)":"(?:[^"\\]|\\.)*"/gi;

/** Works on the finished line. pino's own redaction goes by paths, reaches two levels, and made a request 6% slower. */
const withoutSecrets = (line: string): string =>
  line.replace(NAMED_SECRET, '"$1":"[redacted]"').replace(TOKEN, '$1[redacted]');

/** Lines are written together, because a system call for each made a request a tenth slower. */
const LOG_WRITE_BYTES = 4096;
/** A line waits no longer than this for others. */
const LOG_WRITE_MS = 100;
/** If nobody reads standard output, lines wait in memory. More than this are dropped. */
const LOG_BUFFER_BYTES = 16 * 2 ** 20;

/** What NestJS says about its own start; of interest to its developers. */
const FRAMEWORK_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** @param destination where the lines go instead of standard output */
export function createLogger(settings: Settings, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: settings.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { streamWrite: withoutSecrets },
  };
  if (destination !== undefined) return pino(options, destination);
  // No request waits for a write. What is left is written when the process exits.
  if (settings.logFormat === 'json') {
    return pino(
      options,
      pino.destination({
        dest: 1,
        sync: false,
        minLength: LOG_WRITE_BYTES,
        periodicFlush: LOG_WRITE_MS,
        maxLength: LOG_BUFFER_BYTES,
      }),
    );
  }
  return pino(options, pretty({ ignore: 'context', singleLine: true, translateTime: 'SYS:HH:MM:ss' }));
}

/** What came of a request. */
interface Outcome {
  readonly route: string | null;
  readonly status: number;
  readonly elapsedMs: number;
  /** Further members of the line. */
  readonly more?: object;
}

/** Writes one line for each request. It names the route and not the address, which may contain secrets. */
export class RequestLog extends LogController {
  constructor(private readonly logger: Logger) {
    super();
  }

  override incomingRequest(): void {}

  override routeNotFound(): void {}

  /** The problem filter logs what the client is not told. */
  override defaultErrorLog(): void {}

  override requestCompleted(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const route = request.is404 ? null : (request.routeOptions.url ?? null);
    const level = route?.startsWith('/health/') || route === '/metrics' ? 'debug' : 'info';
    this.write(level, request, { route, status: reply.statusCode, elapsedMs: reply.elapsedTime });
  }

  write(level: 'debug' | 'info', request: FastifyRequest, { route, status, elapsedMs, more }: Outcome): void {
    const credential = request.user?.credential;
    const line = {
      request_id: request.id,
      method: request.method,
      route,
      status,
      duration_ms: Math.round(elapsedMs * 1000) / 1000,
      user_id: request.user?.user.id ?? null,
      token_id: credential?.kind === 'token' ? credential.id : null,
      problem: request.problemCode,
      ...more,
    };
    this.logger[status >= 500 ? 'error' : level](line, 'request');
  }
}

/** Lets NestJS and the rooms' own loggers write to pino. */
export class PinoNestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    const level = context !== undefined && FRAMEWORK_CONTEXTS.has(context) ? 'debug' : 'info';
    this.logger[level]({ context }, textOf(message));
  }

  /** NestJS passes the stack, where there is one, before the context. */
  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : message instanceof Error ? message.stack : undefined;
    this.logger.error({ context, stack }, textOf(message));
  }

  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context }, textOf(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, textOf(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, textOf(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, textOf(message));
  }
}

/** Only the message of an error, because drivers attach other things, which may be secret. */
const textOf = (message: unknown): string => (message instanceof Error ? message.message : String(message));
