export const TOKENS_PATH = 'v1/current_user/tokens';

/** Where the description of a token is. */
export const tokenLocation = (id: number): string => `/${TOKENS_PATH}/${id}`;
