/** Limits that a test which is not about them never reaches: all of its clients have one address. */
export const GENEROUS = {
  LIMIT_REGISTRATIONS: '1000000',
  LIMIT_REVOCATIONS: '1000000',
  LIMIT_FAILED_TOKENS: '1000000000',
};
