import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../common/problem.js';
import { UnreadBody } from '../common/unread-body.js';
import { addressFault } from './introspection.dto.js';
import { withoutMargins } from './pasted-token.js';

/** The form is wrong. The body is also an error as OAuth 2.0 clients expect it (RFC 6749 section 5.2). */
export class InvalidFormProblem extends Problem {
  constructor(detail: string) {
    super('invalid_request', detail, {
      members: { error: 'invalid_request', error_description: detail },
      contentType: 'application/json; charset=utf-8',
    });
  }
}

const FIELDS = {
  token: {
    description: 'The token in question.',
    example: '1|5Kl8t7TLvmBsIMDrm1C31v1Wf9NLD4uGEpUdbZuQe24eae07',
  },
  token_type_hint: { description: 'Not needed, and not looked at.', example: 'access_token' },
  client_ip: {
    description:
      'The address the token was presented from; without it, a token that may be used from some addresses only ' +
      'is not active.',
    example: '192.0.2.7',
  },
};
type Field = keyof typeof FIELDS;

/** Declares a route that takes a form (RFC 6749 appendix B) and ignores the fields it does not know. */
export const TakesForm = (...fields: Field[]) =>
  applyDecorators(
    RouteConfig({ form: true }),
    ApiConsumes('application/x-www-form-urlencoded'),
    ApiBody({
      schema: {
        type: 'object',
        required: ['token'],
        properties: Object.fromEntries(fields.map((name) => [name, { type: 'string', ...FIELDS[name] }])),
      },
    }),
  );

/**
 * A field of the form, without white space around it. Undefined if it is missing or empty, which is the same (RFC 6749
 * section 3.2).
 */
const fieldOf = (body: unknown, name: Field): string | undefined => {
  const value = (body as Partial<Record<Field, string | string[]>> | undefined)?.[name];
  if (Array.isArray(value)) throw new InvalidFormProblem(`Send ${name} once.`);
  return value === undefined ? undefined : withoutMargins(value) || undefined;
};

/** @throws Problem for a body that is no form, or has too many fields */
function bodyOf(context: ExecutionContext): unknown {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  return body instanceof UnreadBody ? body.read() : body;
}

/** The address the token was presented from, if the caller names one. @throws InvalidFormProblem */
export const FormClientIp = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const address = fieldOf(bodyOf(context), 'client_ip');
    const detail = address && addressFault(address);
    if (detail) throw new InvalidFormProblem(detail);
    return address;
  },
);

/** The token of the form. @throws InvalidFormProblem unless there is exactly one */
export const FormToken = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const body = bodyOf(context);
  const token = fieldOf(body, 'token');
  if (token === undefined) throw new InvalidFormProblem('Send the token in the field token.');
  // The hint is not used, but a form with two of them is malformed.
  fieldOf(body, 'token_type_hint');
  return token;
});
