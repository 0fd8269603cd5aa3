import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ROLE_PERMISSIONS, type CurrentUser, type Session } from '@moolai/contracts';
import { CurrentUserDto, ErrorEnvelopeDto, LoginDto, RefreshDto, SessionDto } from '@moolai/dtos';
import { CurrentPrincipal, Public, SignedIn } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { ApiData, ApiErrors } from '../../platform/http/swagger.js';
import { AuthService } from './auth.service.js';

@ApiTags('auth')
@Controller('internal/auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in', description: 'The access token goes into `Authorization: Bearer`.' })
  @ApiData(SessionDto)
  @ApiForbiddenResponse({ type: ErrorEnvelopeDto, description: 'Unknown user or wrong password.' })
  @ApiBadRequestResponse({ type: ErrorEnvelopeDto, description: 'A field is missing, wrong or unknown.' })
  login(@Body() body: LoginDto): Promise<Session> {
    return this.auth.login(body.email, body.password);
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Continue a session',
    description: 'Each refresh token is good once; a second use ends the session that it belongs to.',
  })
  @ApiData(SessionDto)
  @ApiForbiddenResponse({ type: ErrorEnvelopeDto, description: 'The session has ended.' })
  @ApiBadRequestResponse({ type: ErrorEnvelopeDto, description: 'A field is missing, wrong or unknown.' })
  refresh(@Body() body: RefreshDto): Promise<Session> {
    return this.auth.refresh(body.refresh_token);
  }

  @Get('me')
  @SignedIn()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Who is signed in', description: 'The user that the presented token belongs to.' })
  @ApiData(CurrentUserDto)
  @ApiErrors()
  me(@CurrentPrincipal() principal: Principal): CurrentUser {
    const { id, email, role, scope } = principal;
    const organization_ids = scope === null ? null : [...scope];
    return { user_id: id, email, role, organization_ids, permissions: [...ROLE_PERMISSIONS[role]] };
  }
}
