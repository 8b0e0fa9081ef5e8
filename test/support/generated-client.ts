import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../web/src/api/schema.js';

export type GeneratedClient = Client<paths>;

/**
 * A client as an integrator generates it: types from `openapi.json` by openapi-typescript (another test holds them
 * to it, the compiler holds this to them), requests by openapi-fetch.
 * @param headers sent with each request
 */
export const generatedClient = (baseUrl: string, headers: Record<string, string>): GeneratedClient =>
  createClient<paths>({ baseUrl, headers });

/** The data of a good answer. @throws Error for any other */
export function dataOf<T>({ data, response }: { data?: T; response: Response }): T {
  if (!response.ok || data === undefined) throw new Error(`Answered ${response.status}.`);
  return data;
}
