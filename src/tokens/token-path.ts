export const TOKENS_PATH = 'v1/current_user/tokens';

/** The path of a token. */
export const tokenLocation = (id: number): string => `/${TOKENS_PATH}/${id}`;
