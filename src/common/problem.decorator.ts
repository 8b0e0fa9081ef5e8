import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';

class FieldErrorBody {
  @ApiProperty({ example: 'token_name' })
  field!: string;

  @ApiProperty({ example: 'Token name is required.' })
  detail!: string;
}

/** Problem details (RFC 9457), as the OpenAPI document describes them. */
export class ProblemBody {
  @ApiProperty({ example: 'about:blank' })
  type!: string;

  @ApiProperty({ description: 'The name of the status.', example: 'Bad Request' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ description: 'Stable; made for programs.', example: 'validation_failed' })
  code!: string;

  @ApiProperty({ description: 'What was wrong; made for people.', example: 'Token name is required.' })
  detail!: string;

  @ApiProperty({ description: 'The same as `detail`.', example: 'Token name is required.' })
  message!: string;

  @ApiPropertyOptional({
    type: [FieldErrorBody],
    description: 'One entry for each wrong field; ten at most.',
  })
  errors?: FieldErrorBody[];

  @ApiPropertyOptional({ type: 'integer', description: 'How many more fields are wrong.', example: 3 })
  more_errors?: number;

  @ApiProperty({
    description: 'Names this request in the log.',
    example: 'f3b0c1d2-5a1e-4c1b-9a51-0c2f7b0c9d11',
  })
  request_id!: string;
}

const DESCRIPTIONS = {
  400: 'The request is not valid.',
  401: 'No credentials, or none that are good (any more).',
  403: 'The credentials are good, but not for this.',
  404: 'There is no such thing, or it is not yours.',
  409: 'It does not go with what there is; `code` says why.',
  413: 'The request body is too large.',
  414: 'The address is too long.',
  415: 'The request body is not of the type that this route takes.',
  422: 'The `Idempotency-Key` belongs to another request.',
  429: 'Too often. `Retry-After` says when to try again.',
  500: 'A bug. The log has more under `request_id`.',
  503: 'The service cannot answer now. `Retry-After` says when to try again.',
} as const;

const header = (description: string) => ({ description, schema: { type: 'string' } }) as const;
const RETRY_AFTER = { 'Retry-After': header('Seconds to wait.') };
/** The headers that say how much of a rate limit is left (draft-ietf-httpapi-ratelimit-headers-10). */
export const RATE_LIMIT_HEADERS = {
  'RateLimit-Policy': header('The limit: `"name";q=quota;w=seconds`.'),
  RateLimit: header('What is left of it: `"name";r=remaining;t=seconds`.'),
};
const HEADERS = {
  401: { 'WWW-Authenticate': header('A `Bearer` challenge (RFC 6750).') },
  429: { ...RETRY_AFTER, ...RATE_LIMIT_HEADERS },
  503: RETRY_AFTER,
};

type ProblemStatus = keyof typeof DESCRIPTIONS;

/** A problem in the API's description. */
export const problemResponse = (status: ProblemStatus) => ({
  description: DESCRIPTIONS[status],
  ...(status in HEADERS && { headers: HEADERS[status as keyof typeof HEADERS] }),
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemBody) } } },
});

/** Declares the problems a route answers with. */
export const ApiProblems = (...statuses: ProblemStatus[]) =>
  applyDecorators(
    ApiExtraModels(ProblemBody),
    ...statuses.map((status) => ApiResponse({ status, ...problemResponse(status) })),
  );

const OAUTH_ERROR = {
  type: 'object' as const,
  required: ['error', 'error_description'],
  properties: {
    error: { type: 'string', enum: ['invalid_request'] },
    error_description: { type: 'string', example: 'Send the token in the field token.' },
  },
};

/** Declares the 400 of a form. It is both a problem and an error of OAuth 2.0 (RFC 6749 section 5.2). */
export const ApiOAuthProblem = () =>
  applyDecorators(
    ApiExtraModels(ProblemBody),
    ApiResponse({
      status: 400,
      description: DESCRIPTIONS[400],
      content: {
        'application/json': { schema: { allOf: [{ $ref: getSchemaPath(ProblemBody) }, OAUTH_ERROR] } },
        'application/problem+json': { schema: { $ref: getSchemaPath(ProblemBody) } },
      },
    }),
  );
