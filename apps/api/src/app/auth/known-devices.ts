import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { authCookieOptions } from './refresh-cookie.js';

const PREFIX = 'moolai_device_';
const ID_BYTES = 16;
const TAG_LENGTH = 8;
/** The maximum cookie lifetime in browsers. */
const LIFE_SEC = 400 * 24 * 60 * 60;
/** Number of accounts per browser. */
const MAX_ACCOUNTS = 10;

/**
 * Known devices of accounts, by a cookie with an id and a seal over id and account. It proves nothing else, and only
 * affects the counting of failed sign-ins.
 */
@Injectable()
export class KnownDevices {
  private readonly keys: readonly [string, ...string[]];

  constructor(@Inject(SETTINGS) { jwtSecret, jwtPreviousSecret }: Settings) {
    this.keys = jwtPreviousSecret === undefined ? [jwtSecret] : [jwtSecret, jwtPreviousSecret];
  }

  /** The id of the requesting device, if the account has signed in there before. */
  idOf(request: FastifyRequest, email: string): string | undefined {
    for (const name of namesIn(request).slice(0, MAX_ACCOUNTS)) {
      const [id = '', sealed = ''] = (request.cookies[name] ?? '').split('.');
      const presented = Buffer.from(sealed, 'base64url');
      const isGenuine = this.keys.some((key) => {
        const expected = seal(id, email, key);
        return presented.length === expected.length && timingSafeEqual(presented, expected);
      });
      if (isGenuine) return id;
    }
    return undefined;
  }

  /** Makes the device known for an account that has just signed in there. */
  remember(request: FastifyRequest, reply: FastifyReply, email: string): void {
    const [key] = this.keys;
    const id = this.idOf(request, email) ?? randomBytes(ID_BYTES).toString('base64url');
    // Does not reveal the account to others.
    const name = `${PREFIX}${seal('name', email, key).toString('hex').slice(0, TAG_LENGTH)}`;
    const options = authCookieOptions(request);
    const others = namesIn(request).filter((other) => other !== name);
    for (const other of others.slice(0, 1 - MAX_ACCOUNTS)) void reply.clearCookie(other, options);
    const value = `${id}.${seal(id, email, key).toString('base64url')}`;
    void reply.setCookie(name, value, { ...options, maxAge: LIFE_SEC });
  }
}

function namesIn(request: FastifyRequest): string[] {
  return Object.keys(request.cookies).filter((name) => name.startsWith(PREFIX));
}

function seal(id: string, email: string, key: string): Buffer {
  return createHmac('sha256', key).update(`device:${id}.${email.toLowerCase()}`).digest();
}
