import type { Client } from './requests.js';

/** Rotates a token. @returns it with its new secret, as it is presented */
export async function rotate(client: Client, id: number, overlapSeconds?: number): Promise<string> {
  const { body } = await client
    .post(`/v1/current_user/tokens/${id}/rotate`)
    .send({ overlap_seconds: overlapSeconds })
    .expect(200);
  return (body as { token: string }).token;
}
