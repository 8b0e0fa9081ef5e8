/** Every code that a problem can have, with its status. Codes are never renamed. docs/errors.md explains each. */
export const PROBLEM_STATUS = {
  // Credentials
  unauthorized: 401,
  invalid_token: 401,
  token_expired: 401,
  address_refused: 401,
  user_disabled: 401,
  session_ended: 401,
  wrong_password: 401,
  invalid_request: 400,
  gateway_question: 403,
  insufficient_scope: 403,
  exceeds_token: 403,
  session_required: 403,
  cross_origin: 403,
  registration_closed: 403,
  token_rate_limited: 429,
  rate_limited: 429,
  too_many_attempts: 429,
  sign_in_busy: 503,
  // What was asked for
  validation_failed: 400,
  malformed_json: 400,
  token_not_found: 404,
  no_current_token: 404,
  no_previous_secret: 404,
  token_has_expired: 409,
  rotated_meanwhile: 409,
  idempotency_replayed: 409,
  idempotency_in_progress: 409,
  idempotency_key_reused: 422,
  email_taken: 409,
  token_depth_reached: 409,
  token_changed: 409,
  exceeds_parent: 409,
  exceeded_by_children: 409,
  token_limit_reached: 409,
  // HTTP, and us
  bad_request: 400,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  body_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  headers_too_large: 431,
  internal_error: 500,
  unavailable: 503,
  shutting_down: 503,
  database_unavailable: 503,
  metrics_unavailable: 503,
  verification_unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** The codes that have a status, such as all codes of a 401. */
export type ProblemCodeOf<Status extends number> = {
  [Code in ProblemCode]: (typeof PROBLEM_STATUS)[Code] extends Status ? Code : never;
}[ProblemCode];
