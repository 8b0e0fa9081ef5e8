import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

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
