import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../../common/problem.decorator.js';
import { ValidationProblem } from '../../common/problem.js';

const NAME = 'Idempotency-Key';
const MAX_LENGTH = 255;
const FORM = new RegExp(`^[!-~]{1,${MAX_LENGTH}}$`);

/** The idempotency key of the request, if it has one. Two headers arrive as one with a space in it. */
export const IdempotencyKeyHeader = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers[NAME.toLowerCase()];
  if (key === undefined || (typeof key === 'string' && FORM.test(key))) return key;
  const detail = `${NAME} must be 1 to ${MAX_LENGTH} visible ASCII characters without spaces.`;
  throw new ValidationProblem([{ field: NAME, detail }]);
});

/** Describes the header in openapi.json. */
export const ApiIdempotencyKey = () =>
  applyDecorators(
    ApiHeader({
      name: NAME,
      required: false,
      description:
        'Makes it safe to send the request again when its answer was lost: for 24 hours, the same key and body ' +
        'are done once. A repetition gets `409`, with `Location` naming the token (`idempotency_replayed`), or ' +
        'with `Retry-After` while the first is under way (`idempotency_in_progress`); another body gets `422`.',
      schema: { type: 'string', minLength: 1, maxLength: MAX_LENGTH, pattern: '^[!-~]+$' },
      example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
    }),
    ApiProblems(409, 422),
  );
