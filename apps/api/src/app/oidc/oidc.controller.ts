import { Controller, Get, HttpStatus, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { SignInMethods } from '@moolai/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/access.decorators.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { originOf, setRefreshCookie } from '../auth/index.js';
import { ChallengeCookie } from './challenge-cookie.js';
import { OidcProvider } from './oidc-provider.js';
import { OidcRefusedError, toRefusal } from './oidc-refusal.js';
import { OidcService } from './oidc.service.js';

/** The browser's part of a sign-in at the provider. Excluded from the API document, because only browsers use it. */
@ApiExcludeController()
@Controller('auth')
export class OidcController {
  constructor(
    private readonly provider: OidcProvider,
    private readonly oidc: OidcService,
    private readonly challenges: ChallengeCookie,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Lists the ways to sign in. */
  @Get('methods')
  @Public()
  methods(): SignInMethods {
    return { password: true, oidc: this.settings.oidc !== undefined };
  }

  /** Redirects the browser to the provider. */
  @Get('oidc/login')
  @Public()
  async login(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    // Not configured answers 404; other errors are shown on the page.
    this.provider.assertConfigured();
    try {
      const { address, challenge } = await this.provider.begin();
      await this.challenges.set(request, reply, challenge);
      void reply.redirect(address.href, HttpStatus.FOUND);
    } catch (error) {
      this.refuse(request, reply, error);
    }
  }

  /** Receives the browser from the provider, and signs it in. */
  @Get('oidc/callback')
  @Public()
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.provider.assertConfigured();
    const challenge = await this.challenges.consume(request, reply);
    try {
      if (!challenge) {
        throw new OidcRefusedError('expired', 'this browser has not started a sign-in, or too long ago');
      }
      const account = await this.provider.finish(request.url.split('?')[1] ?? '', challenge);
      const origin = originOf(request);
      const { refreshToken } = await this.oidc.signIn(account, origin);
      setRefreshCookie(request, reply, refreshToken);
      void reply.redirect('/sign-in?oidc=ok', HttpStatus.FOUND);
    } catch (error) {
      this.refuse(request, reply, error);
    }
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    const { reason, message } = toRefusal(error);
    const fields = { request_id: request.id, reason };
    this.logger.warn(fields, `sign-in by OpenID Connect refused: ${message}`);
    // The page shows the request id, by which an administrator finds the line in the log.
    void reply.redirect(`/sign-in?oidc=${reason}&request_id=${request.id}`, HttpStatus.FOUND);
  }
}
