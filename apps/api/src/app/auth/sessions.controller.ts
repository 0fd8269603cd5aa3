import { Controller, Delete, Get, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { UserSession } from '@moolai/contracts';
import { UserSessionDto } from '@moolai/dtos';
import { CurrentPrincipal, SignedIn } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { ApiData, ApiErrors, ApiIdParam, ApiList } from '../../platform/http/swagger.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('auth')
@Controller('internal/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'List your sessions', description: 'Most recently used first.' })
  @ApiList(UserSessionDto)
  @ApiErrors()
  listSessions(@CurrentPrincipal() principal: Principal): Promise<UserSession[]> {
    return this.sessions.list(principal);
  }

  @Delete(':id')
  @SignedIn()
  @ApiOperation({
    summary: 'End one of your sessions',
    description: 'Its access token is refused immediately.',
  })
  @ApiIdParam('7e2f5a10-0c1d-4e2f-8a3b-4c5d6e7f8091')
  @ApiData(UserSessionDto)
  @ApiErrors('not_found', 'validation_error')
  endSession(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<UserSession> {
    return this.sessions.endOwn(id, principal);
  }
}
