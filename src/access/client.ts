import { isIP } from 'node:net';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** Who makes a request, as far as anybody can tell without credentials. */
export interface Client {
  /** The IP address; whatever a trusted proxy named instead of one. */
  readonly address: string;
  readonly userAgent: string | undefined;
}

export const clientOf = ({ ip, headers }: FastifyRequest): Client => ({
  address: ip,
  userAgent: headers['user-agent'],
});

/** Where the request comes from. */
export const RequestClient = createParamDecorator((_: unknown, context: ExecutionContext) =>
  clientOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** An address in its one form, IPv4 within IPv6 as IPv4; null for what is no address. */
export function canonical(address: string): string | null {
  const family = isIP(address);
  if (family === 4) return address;
  return family === 0 ? null : ipaddr.process(address).toString();
}
