import { connect } from 'node:net';

/** What a burst of requests was answered with. */
export interface BurstAnswers {
  /** Statuses, and how many had them. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly withRetryAfter: number;
  readonly ms: number;
}

/** Sends the same request many times without waiting for answers, so that all are there at the same moment. */
export async function burst(
  url: string,
  lines: readonly string[],
  { connections, each }: { connections: number; each: number },
): Promise<BurstAnswers> {
  const startedAt = performance.now();
  const texts = await Promise.all(Array.from({ length: connections }, () => pipeline(url, lines, each)));
  const statuses = new Map<number, number>();
  for (const [, status] of texts.join('').matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
    statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
  }
  const withRetryAfter = [...texts.join('').matchAll(/^retry-after: [1-9]\d*\r$/gim)].length;
  return { statuses, withRetryAfter, ms: performance.now() - startedAt };
}

async function pipeline(url: string, lines: readonly string[], count: number): Promise<string> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const request = (more: readonly string[]) => [...lines, `Host: ${host}`, ...more, '', ''].join('\r\n');
  socket.write(request([]).repeat(count - 1) + request(['Connection: close']));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
