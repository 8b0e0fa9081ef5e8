import { ExampleProgram } from '../../harness/example-program.js';
import { freePort } from '../../harness/free-port.js';
import type { GatewayProgram } from './programs.js';

/** A gateway before a service, with Latchkey beside it. */
export interface Gateway {
  readonly url: string;
  readonly program: ExampleProgram;
}

/** @param latchkey and service: their addresses */
export async function startGateway(
  program: GatewayProgram,
  latchkey: string,
  service: string,
): Promise<Gateway> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ports = { 3000: Number(new URL(latchkey).port), 8080: Number(new URL(service).port), 8000: port };
  const answers = async () => (await fetch(url).catch(() => undefined)) !== undefined;
  return { url, program: await ExampleProgram.start(program, ports, answers) };
}
