/** What every server here answers: the body of GET /v1/current_user. */

export const CREATED_AT = '2026-11-23T16:25:33.787Z';

export const USER_NAME = 'Ada Lovelace';

/** @param {number} id */
export const emailOf = (id) => `ada${id}@example.com`;

/** @param {number} id */
export const answerOf = (id) => ({ id, name: USER_NAME, email: emailOf(id), created_at: CREATED_AT });
