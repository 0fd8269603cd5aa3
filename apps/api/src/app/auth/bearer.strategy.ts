import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-custom';
import type { Principal } from '../../platform/access/principal.js';
import { AppError } from '../../platform/errors/app-error.js';
import { TokenUses } from '../api-tokens/index.js';
import { AuthService } from './auth.service.js';

/** Name of the passport strategy. */
export const BEARER = 'bearer';

/**
 * Reads `Authorization: Bearer` (RFC 6750, section 2.1; tokens in a query or body are not accepted, because logs would
 * contain them). Missing credentials answer 401, invalid ones 403 (contract section 2).
 */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, BEARER) {
  constructor(
    private readonly auth: AuthService,
    private readonly uses: TokenUses,
  ) {
    super();
  }

  async validate(request: FastifyRequest): Promise<Principal> {
    const header = request.headers.authorization;
    if (!header) throw new AppError('unauthorized', 'Send your token as "Authorization: Bearer <token>".');
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    const principal = token === undefined ? undefined : await this.auth.principalOf(token);
    if (!principal) throw new AppError('forbidden', 'The token is not valid, or has expired.');
    const address = request.clientAddress;
    if (principal.kind === 'api_token') this.uses.record(principal.id, address);
    return { ...principal, address, requestId: request.id };
  }
}
