import { Body, Controller, Get, Headers, Param, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { OrganizationSettings, SettingsResult } from '@moolai/contracts';
import { OrganizationSettingsDto, SetSettingsDto, SettingsResultDto } from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { etagOf, parseIfMatch } from '../../platform/http/if-match.js';
import { ApiData, ApiErrors, ApiIdParam, ApiIfMatch } from '../../platform/http/swagger.js';
import { answerSettingsChange } from './change-answers.js';
import { ConfigurationState } from './configuration-state.js';
import { ConfigurationService } from './configuration.service.js';

@ApiTags('configuration')
@Controller('internal/organizations/:id/settings')
@ApiIdParam('org-001')
export class OrganizationSettingsController {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly state: ConfigurationState,
  ) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: "Get an organization's settings",
    description: 'The `ETag` is the revision of the settings, for a change based on this state.',
  })
  @ApiData(OrganizationSettingsDto)
  @ApiErrors('not_found', 'validation_error')
  async getOrganizationSettings(
    @Param('id', IdPipe) id: string,
    @CurrentScope() scope: Scope,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationSettings> {
    const settings = await this.state.settings(id, scope);
    void reply.header('etag', etagOf(settings.revision));
    return settings;
  }

  @Put()
  @Requires('configuration:write')
  @ApiOperation({
    summary: "Change an organization's settings",
    description:
      'Replaces the current settings. Every connected orchestrator whose effective configuration changes ' +
      'receives the new one immediately. The `ETag` is the revision of the settings.',
  })
  @ApiIfMatch()
  @ApiData(SettingsResultDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  async changeOrganizationSettings(
    @Param('id', IdPipe) id: string,
    @Body() { settings, comment }: SetSettingsDto,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SettingsResult> {
    const attribution = { actor: principal, comment };
    return answerSettingsChange(
      id,
      await this.configuration.changeSettings(id, settings, attribution, parseIfMatch(ifMatch)),
      reply,
    );
  }
}
