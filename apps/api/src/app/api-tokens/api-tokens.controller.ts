import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ApiToken, CreatedApiToken, Page } from '@moolai/contracts';
import { ApiTokenDto, ApiTokenListQueryDto, CreateApiTokenDto, CreatedApiTokenDto } from '@moolai/dtos';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { ApiData, ApiErrors, ApiIdParam, ApiPage } from '../../platform/http/swagger.js';
import { ApiTokensService } from './api-tokens.service.js';

@ApiTags('api-tokens')
@Controller('internal/api-tokens')
export class ApiTokensController {
  constructor(private readonly tokens: ApiTokensService) {}

  @Get()
  @Requires('users:manage')
  @ApiOperation({
    summary: 'List API tokens',
    description:
      'Includes expired and revoked tokens, with the last use of each, but not the tokens themselves.',
  })
  @ApiPage(ApiTokenDto)
  @ApiErrors('validation_error')
  listApiTokens(@Query() query: ApiTokenListQueryDto, @CurrentScope() scope: Scope): Promise<Page<ApiToken>> {
    return this.tokens.list(query, scope);
  }

  @Post()
  @Requires('users:manage')
  @ApiOperation({
    summary: 'Create an API token',
    description: 'For scripts, with at most your own role. The token is shown only once.',
  })
  @ApiData(CreatedApiTokenDto, { created: true })
  @ApiErrors('validation_error')
  createApiToken(
    @Body() body: CreateApiTokenDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CreatedApiToken> {
    return this.tokens.create(body, principal);
  }

  @Delete(':id')
  @Requires('users:manage')
  @ApiOperation({ summary: 'Revoke an API token', description: 'It is refused from the next request on.' })
  @ApiIdParam('4d0a5f2e-9b1c-4c3d-8e2f-1a2b3c4d5e6f')
  @ApiData(ApiTokenDto)
  @ApiErrors('not_found', 'validation_error')
  revokeApiToken(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ApiToken> {
    return this.tokens.revoke(id, principal);
  }
}
