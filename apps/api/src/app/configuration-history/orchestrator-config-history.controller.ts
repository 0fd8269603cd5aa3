import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type {
  ConfigChangeResult,
  ConfigDiff,
  ConfigExplanation,
  ConfigVersion,
  Page,
} from '@moolai/contracts';
import {
  ConfigChangeResultDto,
  ConfigDiffDto,
  ConfigDiffQueryDto,
  ConfigExplanationDto,
  ConfigRollbackDto,
  ConfigVersionDto,
  PageQueryDto,
} from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { parseIfMatch } from '../../platform/http/if-match.js';
import { ApiData, ApiErrors, ApiIdParam, ApiIfMatch, ApiPage } from '../../platform/http/swagger.js';
import { answerOwnChange, ConfigurationService } from '../configuration/index.js';
import { ConfigHistoryService } from './config-history.service.js';

@ApiTags('configuration')
@Controller('internal/orchestrators/:id/config')
@ApiIdParam('orch-001')
export class OrchestratorConfigHistoryController {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly history: ConfigHistoryService,
  ) {}

  @Get('versions')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'List the versions of a configuration',
    description: 'Newest first, each with its actor, reason, level and changes.',
  })
  @ApiPage(ConfigVersionDto)
  @ApiErrors('not_found', 'validation_error')
  listOrchestratorConfigVersions(
    @Param('id', IdPipe) id: string,
    @Query() query: PageQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<Page<ConfigVersion>> {
    return this.history.versions(id, query, scope);
  }

  @Get('diff')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Compare two versions',
    description: 'The differences that turn one into the other, as JSON pointers.',
  })
  @ApiData(ConfigDiffDto)
  @ApiErrors('not_found', 'validation_error')
  compareOrchestratorConfigVersions(
    @Param('id', IdPipe) id: string,
    @Query() { from, to }: ConfigDiffQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<ConfigDiff> {
    return this.history.diff(id, from, to, scope);
  }

  @Get('explain')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Explain a configuration',
    description: 'The level, actor and time of each value.',
  })
  @ApiData(ConfigExplanationDto)
  @ApiErrors('not_found', 'validation_error')
  explainOrchestratorConfig(
    @Param('id', IdPipe) id: string,
    @CurrentScope() scope: Scope,
  ): Promise<ConfigExplanation> {
    return this.history.explain(id, scope);
  }

  @Post('rollback')
  @Requires('configuration:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Roll back to an older version',
    description: "Creates a new version with the orchestrator's own values of the older one.",
  })
  @ApiIfMatch()
  @ApiData(ConfigChangeResultDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  async rollBackOrchestratorConfig(
    @Param('id', IdPipe) id: string,
    @Body() { config_version, comment }: ConfigRollbackDto,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfigChangeResult> {
    const own = await this.history.ownAt(id, config_version, principal.scope);
    const attribution = { actor: principal, comment: comment ?? `Back to version ${config_version}` };
    const change = await this.configuration.changeOwn(id, () => own, attribution, parseIfMatch(ifMatch));
    return answerOwnChange(id, change, reply);
  }
}
