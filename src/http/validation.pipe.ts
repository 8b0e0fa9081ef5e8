import { type ArgumentMetadata, type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldError, HttpProblem, type Problem, ValidationProblem } from '../common/problem.js';
import { UnreadBody } from '../common/unread-body.js';

/** More than any query of this API needs. */
export const MAX_PARAMETERS = 50;

/** Validates every body and query by its class; a field nobody declared is an error. */
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      exceptionFactory: validationProblem,
    });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const given = value instanceof UnreadBody ? value.read() : value;
    // Only bodies and queries have names that a client chose.
    if (metadata.type === 'body' || metadata.type === 'query') refuseInheritedNames(given);
    if (metadata.type === 'query') refuseTooMany(given);
    return super.transform(given, metadata) as Promise<unknown>;
  }

  /** A path parameter stays text: `Number` would take ` 5`, `5e0` and `0x5` for the id 5. */
  protected override transformPrimitive(value: unknown): unknown {
    return value;
  }
}

/** class-transformer skips names that every object inherits, so the whitelist would not see them. */
function refuseInheritedNames(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const inherited = Object.keys(value).find((name) => name in Object.prototype || name === 'prototype');
  if (inherited !== undefined) throw new ValidationProblem([unknownField(inherited)]);
}

function refuseTooMany(query: unknown): void {
  const count = Object.values(query ?? {}).flat().length;
  if (count > MAX_PARAMETERS) {
    throw new ValidationProblem([
      { field: 'query', detail: `Send at most ${MAX_PARAMETERS} query parameters.` },
    ]);
  }
}

const unknownField = (field: string): FieldError => ({ field, detail: `Unknown field ${field}.` });

function validationProblem(faults: ValidationError[]): Problem {
  const [first, ...others] = faults.map(fieldError);
  return first === undefined ? new HttpProblem(400) : new ValidationProblem([first, ...others]);
}

/** What the name of a field looks like. Anything else may be a secret in the wrong place, and is not repeated. */
const FIELD_NAME = /^[a-z_][\w.[\]-]{0,39}$/i;

function fieldError({ property, constraints = {} }: ValidationError): FieldError {
  const field = FIELD_NAME.test(property) ? property : '(unprintable)';
  if ('whitelistValidation' in constraints) return unknownField(field);
  return { field, detail: Object.values(constraints)[0] ?? `${field} is not valid.` };
}
