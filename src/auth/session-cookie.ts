import type { CookieSerializeOptions } from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import type { NewSession } from './session.service.js';

/** The cookie a browser keeps its session in. */
@Injectable()
export class SessionCookie {
  readonly name: string;
  private readonly options: CookieSerializeOptions;

  constructor({ publicUrl }: Settings) {
    const secure = publicUrl.protocol === 'https:';
    this.name = secure ? '__Host-latchkey_session' : 'latchkey_session';
    this.options = { path: '/', httpOnly: true, sameSite: 'lax', secure };
  }

  read(request: FastifyRequest): string | undefined {
    return request.cookies[this.name];
  }

  write(reply: FastifyReply, { id, maxAgeSeconds }: NewSession): void {
    void reply.setCookie(this.name, id, { ...this.options, maxAge: maxAgeSeconds });
  }

  clear(reply: FastifyReply): void {
    void reply.clearCookie(this.name, this.options);
  }
}
