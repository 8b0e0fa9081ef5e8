import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What became of one kind of request that was sent again and again. */
export interface Reception {
  readonly statuses: ReadonlyMap<number, number>;
  readonly largestAnswerBytes: number;
}

/**
 * Sends the same bytes over many connections at once, each as soon as it has its answer, until told to stop. Nothing is
 * made or parsed meanwhile, so that a machine which runs both ends has its time for the server.
 */
export async function sendAgainAndAgain(
  url: string,
  { bytes, connections }: { readonly bytes: Buffer; readonly connections: number },
  isOver: () => boolean,
): Promise<Reception> {
  const statuses = new Map<number, number>();
  let largestAnswerBytes = 0;
  const client = async (): Promise<void> => {
    let socket: Socket | undefined;
    while (!isOver()) {
      socket = socket?.writable && socket.readable ? socket : await open(url);
      const answer = await exchange(socket, bytes);
      if (answer.status > 0) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      largestAnswerBytes = Math.max(largestAnswerBytes, answer.bytes);
      if (answer.isLast) {
        socket.destroy();
        socket = undefined;
      }
    }
    socket?.destroy();
  };
  await Promise.all(Array.from({ length: connections }, client));
  return { statuses, largestAnswerBytes };
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // A server that refuses a body may close before all of it was sent.
  socket.on('error', () => socket.destroy());
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

interface Answer {
  /** 0 where the connection broke before there was an answer. */
  readonly status: number;
  readonly bytes: number;
  /** Whether the server closes afterwards. */
  readonly isLast: boolean;
}

function exchange(socket: Socket, bytes: Buffer): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const end = (isLast: boolean) => {
      socket.off('data', take).off('close', close);
      const head = Buffer.concat(chunks).toString('latin1', 0, 12);
      const size = chunks.reduce((sum, { length }) => sum + length, 0);
      resolve({ status: Number(head.slice(9)) || 0, bytes: size, isLast });
    };
    const close = () => {
      end(true);
    };
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('latin1');
      const headEnd = text.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length >= headEnd + 4 + length) end(/\r\nconnection: close/i.test(text.slice(0, headEnd)));
    };
    socket.on('data', take).on('close', close);
    socket.write(bytes);
  });
}
