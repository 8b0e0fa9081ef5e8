import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';

/** One connection that is kept open, one request at a time: a client of its own would add noise of its own. */
export class Connection {
  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {}

  static async open(url: string): Promise<Connection> {
    const { host, hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setNoDelay(true);
    await once(socket, 'connect');
    return new Connection(socket, host);
  }

  /**
   * @param head the request line and the headers
   * @returns how many milliseconds it took, from the first byte sent to the first received
   * @throws Error for an answer of another status
   */
  async time(head: readonly string[], body: string, status: number): Promise<number> {
    const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    const request = [...head, `Host: ${this.host}`, ...length, '', body].join('\r\n');
    const before = process.hrtime.bigint();
    this.socket.write(request);
    const [first] = (await once(this.socket, 'data')) as [Buffer];
    const took = Number(process.hrtime.bigint() - before) / 1e6;
    let answer = first.toString('latin1');
    while (!isWhole(answer)) {
      const [more] = (await once(this.socket, 'data')) as [Buffer];
      answer += more.toString('latin1');
    }
    if (!answer.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`Not ${status}: ${answer}`);
    return took;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Every answer that is timed has a length. */
function isWhole(answer: string): boolean {
  const end = answer.indexOf(END_OF_HEAD);
  if (end === -1) return false;
  const length = /^content-length: (\d+)/im.exec(answer.slice(0, end))?.[1];
  if (length === undefined) throw new Error(`No length: ${answer}`);
  return answer.length >= end + END_OF_HEAD.length + Number(length);
}
