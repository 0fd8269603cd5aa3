import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CurrentUser, Session, SignedOut } from '@moolai/contracts';
import {
  ChangePasswordDto,
  CurrentUserDto,
  LoginDto,
  RefreshDto,
  SessionDto,
  SignedOutDto,
} from '@moolai/dtos';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal, Public, SignedIn } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { AppError } from '../../platform/errors/app-error.js';
import { OriginPolicy } from '../../platform/http/origin-policy.js';
import { ApiData, ApiError, ApiErrors } from '../../platform/http/swagger.js';
import { AuthService, toCurrentUser } from './auth.service.js';
import { KnownDevices } from './known-devices.js';
import { clearRefreshCookie, refreshCookieOf, setRefreshCookie } from './refresh-cookie.js';
import { originOf, SessionsService } from './sessions.service.js';

@ApiTags('auth')
@Controller('internal/auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionsService,
    private readonly devices: KnownDevices,
    private readonly origins: OriginPolicy,
  ) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in',
    description:
      'The access token goes into `Authorization: Bearer`; it is valid for 15 minutes. A cookie ' +
      '`moolai_device_…` marks the device, so that failed attempts from elsewhere do not lock out the account there.',
  })
  @ApiData(SessionDto)
  @ApiError('forbidden', 'Unknown user or wrong password.')
  @ApiError('rate_limited', 'Too many failures; see `Retry-After`.')
  @ApiError('validation_error')
  @ApiError('unavailable')
  async login(
    @Body() { email, password, use_cookie }: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    if (use_cookie === true) this.assertOwnOrigin(request);
    const device = this.devices.idOf(request, email);
    const session = await this.auth.login(email, password, originOf(request), device);
    const answer = use_cookie === true ? this.withCookie(session, request, reply) : session;
    this.devices.remember(request, reply, email);
    return answer;
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Continue a session',
    description:
      'Each refresh token is valid once; a second use ends its session. For 10 s the previous token ' +
      'returns the same next token again, unless that has been used. Without a token in the body the one in the ' +
      'cookie is used; it changes at most every 10 s, because the tabs of a browser share it.',
  })
  @ApiData(SessionDto)
  @ApiError('forbidden', 'The session has ended.')
  @ApiError('validation_error')
  @ApiError('unavailable')
  async refreshSession(
    @Body() { refresh_token }: RefreshDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    if (refresh_token !== undefined) return this.auth.refresh(refresh_token, originOf(request));
    const token = refreshCookieOf(request);
    if (token === undefined) {
      const detail = 'refresh_token is missing, and there is no cookie with one.';
      throw new AppError('validation_error', detail, [{ field: 'refresh_token', detail }]);
    }
    this.assertOwnOrigin(request);
    try {
      return this.withCookie(await this.auth.refresh(token, originOf(request), true), request, reply);
    } catch (error) {
      if (error instanceof AppError) clearRefreshCookie(request, reply);
      throw error;
    }
  }

  @Post('logout')
  @SignedIn()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign out',
    description: 'Ends the session of the access token, or that of the given refresh token, immediately.',
  })
  @ApiData(SignedOutDto)
  @ApiErrors('validation_error')
  async logout(
    @Body() { refresh_token }: RefreshDto,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedOut> {
    clearRefreshCookie(request, reply);
    return { session_id: await this.sessions.signOut(principal, refresh_token) };
  }

  @Get('me')
  @SignedIn()
  @ApiOperation({
    summary: 'Get the signed-in user',
    description: 'The user or token that presents the credentials.',
  })
  @ApiData(CurrentUserDto)
  @ApiErrors()
  getCurrentUser(@CurrentPrincipal() principal: Principal): CurrentUser {
    return toCurrentUser(principal);
  }

  @Post('password')
  @SignedIn()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Change your own password',
    description: 'Ends all your other sessions.',
  })
  @ApiData(CurrentUserDto)
  @ApiError('rate_limited', 'Too many failures; see `Retry-After`.')
  @ApiErrors('validation_error')
  changePassword(
    @Body() { current_password, new_password }: ChangePasswordDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CurrentUser> {
    return this.auth.changePassword(principal, current_password, new_password);
  }

  /**
   * Browsers send cookies automatically, so the request must come from one of our own pages.
   * @throws AppError `forbidden` for a request from another origin
   */
  private assertOwnOrigin({ raw }: FastifyRequest): void {
    const refusal = this.origins.refuse(raw);
    if (refusal !== undefined) throw new AppError('forbidden', refusal);
  }

  private withCookie(session: Session, request: FastifyRequest, reply: FastifyReply): Session {
    setRefreshCookie(request, reply, session.refresh_token ?? '');
    return { ...session, refresh_token: null };
  }
}
