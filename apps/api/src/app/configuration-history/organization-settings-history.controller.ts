import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConfigRevision, Page, SettingsResult } from '@moolai/contracts';
import { ConfigRevisionDto, PageQueryDto, RevisionRollbackDto, SettingsResultDto } from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { parseIfMatch } from '../../platform/http/if-match.js';
import { ApiData, ApiErrors, ApiIdParam, ApiIfMatch, ApiPage } from '../../platform/http/swagger.js';
import { answerSettingsChange, ConfigurationService, ConfigurationState } from '../configuration/index.js';
import { ConfigHistoryService } from './config-history.service.js';

@ApiTags('configuration')
@Controller('internal/organizations/:id/settings')
@ApiIdParam('org-001')
export class OrganizationSettingsHistoryController {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly present: ConfigurationState,
    private readonly history: ConfigHistoryService,
  ) {}

  @Get('revisions')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'List the revisions of the settings',
    description: 'Newest first, each with the content before and after.',
  })
  @ApiPage(ConfigRevisionDto)
  @ApiErrors('not_found', 'validation_error')
  async listOrganizationSettingsRevisions(
    @Param('id', IdPipe) id: string,
    @Query() query: PageQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<Page<ConfigRevision>> {
    await this.present.settings(id, scope);
    return this.history.revisions('organization', id, query);
  }

  @Post('rollback')
  @Requires('configuration:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Roll back the settings',
    description: 'Creates a new revision with the content of an old one.',
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
    await this.present.settings(id, principal.scope);
    const settings = await this.history.contentOf('organization', id, revision);
    const attribution = { actor: principal, comment: comment ?? `Back to revision ${revision}` };
    return answerSettingsChange(
      id,
      await this.configuration.changeSettings(id, settings, attribution, parseIfMatch(ifMatch)),
      reply,
    );
  }
}
