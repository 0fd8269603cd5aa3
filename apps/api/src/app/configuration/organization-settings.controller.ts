import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConfigRevision, OrganizationSettings, Page, SettingsResult } from '@moolai/contracts';
import {
  ConfigRevisionDto,
  OrganizationSettingsDto,
  PageQueryDto,
  RevisionRollbackDto,
  SetSettingsDto,
  SettingsResultDto,
} from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { etagOf, parseIfMatch } from '../../platform/http/if-match.js';
import { ApiData, ApiErrors, ApiIdParam, ApiIfMatch, ApiPage } from '../../platform/http/swagger.js';
import { ConfigHistoryService } from './config-history.service.js';
import { ConfigurationService, type LevelChange } from './configuration.service.js';

@ApiTags('configuration')
@Controller('internal/organizations/:id/settings')
@ApiIdParam('org-001')
export class OrganizationSettingsController {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly history: ConfigHistoryService,
  ) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: "Read an organization's settings",
    description: 'The `ETag` is the revision of the settings, for a change that is meant for this state.',
  })
  @ApiData(OrganizationSettingsDto)
  @ApiErrors('not_found', 'validation_error')
  async getOrganizationSettings(
    @Param('id', IdPipe) id: string,
    @CurrentScope() scope: Scope,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationSettings> {
    const settings = await this.history.settings(id, scope);
    void reply.header('etag', etagOf(settings.revision));
    return settings;
  }

  @Put()
  @Requires('configuration:write')
  @ApiOperation({
    summary: "Change an organization's settings",
    description:
      'They replace the present ones. Every connected orchestrator whose effective configuration changes by it ' +
      'gets the new one at once. The `ETag` is the revision of the settings.',
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
    const author = { actor: principal, comment };
    return answer(
      id,
      await this.configuration.changeSettings(id, settings, author, parseIfMatch(ifMatch)),
      reply,
    );
  }

  @Get('revisions')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'List the revisions of the settings',
    description: 'Newest first, each with what was before and after it.',
  })
  @ApiPage(ConfigRevisionDto)
  @ApiErrors('not_found', 'validation_error')
  async listOrganizationSettingsRevisions(
    @Param('id', IdPipe) id: string,
    @Query() query: PageQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<Page<ConfigRevision>> {
    await this.history.settings(id, scope);
    return this.history.revisions('organization', id, query);
  }

  @Post('rollback')
  @Requires('configuration:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Roll back the settings',
    description: 'A new revision with the content of an old one.',
  })
  @ApiIfMatch()
  @ApiData(SettingsResultDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  async rollBackOrganizationSettings(
    @Param('id', IdPipe) id: string,
    @Body() { revision, comment }: RevisionRollbackDto,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SettingsResult> {
    await this.history.settings(id, principal.scope);
    const settings = await this.history.contentOf('organization', id, revision);
    const author = { actor: principal, comment: comment ?? `Back to revision ${revision}` };
    return answer(
      id,
      await this.configuration.changeSettings(id, settings, author, parseIfMatch(ifMatch)),
      reply,
    );
  }
}

function answer(id: string, { pushed, total, revision }: LevelChange, reply: FastifyReply): SettingsResult {
  void reply.header('etag', etagOf(revision));
  return { organization_id: id, pushed, total };
}
