import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { CreatedEnrolmentToken, EnrolmentToken, Page } from '@moolai/contracts';
import {
  CreatedEnrolmentTokenDto,
  CreateEnrolmentTokenDto,
  EnrolmentTokenDto,
  EnrolmentTokenListQueryDto,
} from '@moolai/dtos';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { NumericIdPipe } from '../../platform/http/numeric-id.pipe.js';
import { ApiData, ApiErrors, ApiPage } from '../../platform/http/swagger.js';
import { EnrolmentTokensService } from './enrolment-tokens.service.js';

@ApiTags('credentials')
@Controller('internal/enrolment-tokens')
export class EnrolmentTokensController {
  constructor(private readonly tokens: EnrolmentTokensService) {}

  @Get()
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'List enrolment tokens',
    description: 'With how often each was used. Their secrets cannot be read.',
  })
  @ApiPage(EnrolmentTokenDto)
  @ApiErrors('validation_error')
  listEnrolmentTokens(
    @Query() query: EnrolmentTokenListQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<Page<EnrolmentToken>> {
    return this.tokens.list(query, scope);
  }

  @Post()
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Create an enrolment token',
    description:
      'It enrols orchestrators in one organization until it expires, is used up or is revoked. `token` is only shown ' +
      'in this answer.',
  })
  @ApiData(CreatedEnrolmentTokenDto, { created: true })
  @ApiErrors('not_found', 'validation_error')
  createEnrolmentToken(
    @Body() body: CreateEnrolmentTokenDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CreatedEnrolmentToken> {
    return this.tokens.create(body, principal);
  }

  @Delete(':id')
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Revoke an enrolment token',
    description: 'It enrols no more orchestrators; those already enrolled keep their credentials.',
  })
  @ApiParam({ name: 'id', schema: { type: 'integer', example: 1 } })
  @ApiData(EnrolmentTokenDto)
  @ApiErrors('not_found', 'validation_error')
  revokeEnrolmentToken(
    @Param('id', NumericIdPipe) id: number,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EnrolmentToken> {
    return this.tokens.revoke(id, principal);
  }
}
