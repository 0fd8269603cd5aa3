import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Orchestrator, OrchestratorDetail, OrchestratorFacets, Page } from '@moolai/contracts';
import {
  LiveOrchestratorsDto,
  OrchestratorDetailDto,
  OrchestratorDto,
  OrchestratorFacetsDto,
  OrchestratorFacetsQueryDto,
  OrchestratorListQueryDto,
} from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { etagOf } from '../../platform/http/if-match.js';
import { hasTag, NOT_MODIFIED, type JsonParts } from '../../platform/http/prepared-answer.js';
import { ApiData, ApiErrors, ApiIdParam, ApiIfNoneMatch, ApiPage } from '../../platform/http/swagger.js';
import { OrchestratorsService } from './orchestrators.service.js';

@ApiTags('orchestrators')
@Controller('controller/orchestrators')
export class OrchestratorsController {
  constructor(private readonly orchestrators: OrchestratorsService) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'List orchestrators',
    description:
      'Paged, filtered, searched and sorted by the database; the status comes from memory. No secrets.',
  })
  @ApiPage(OrchestratorDto)
  @ApiErrors('validation_error')
  listOrchestrators(
    @Query() query: OrchestratorListQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<Page<Orchestrator>> {
    return this.orchestrators.list(query, scope);
  }

  // Declared before ":id", which would match it too; so is "live".
  @Get('facets')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Count orchestrators by their fields',
    description:
      'With the filters of the list. Each facet leaves its own filter out, so that it counts what choosing another ' +
      'of its values would give; it has the values of the most orchestrators, at most 50.',
  })
  @ApiData(OrchestratorFacetsDto)
  @ApiErrors('validation_error')
  countOrchestrators(
    @Query() query: OrchestratorFacetsQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<OrchestratorFacets> {
    return this.orchestrators.facets(query, scope);
  }

  @Get('live')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Connected orchestrators',
    description:
      'Answered from memory, without the database. For repeated requests, send the `ETag` of the last answer as ' +
      '`If-None-Match`: as long as the caller would see the same, the answer is 304.',
  })
  @ApiData(LiveOrchestratorsDto)
  @ApiIfNoneMatch()
  @ApiErrors()
  listConnectedOrchestrators(
    @CurrentScope() scope: Scope,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): JsonParts | typeof NOT_MODIFIED {
    const tag = this.orchestrators.liveTag(scope);
    // Weak, because the timestamp of each answer differs.
    void reply.header('etag', `W/${etagOf(tag)}`);
    return hasTag(ifNoneMatch, tag) ? NOT_MODIFIED : this.orchestrators.live(scope);
  }

  @Get(':id')
  @Requires('fleet:read')
  @ApiOperation({ summary: 'Get one orchestrator', description: 'Secret fields are masked.' })
  @ApiIdParam('orch-001')
  @ApiData(OrchestratorDetailDto)
  @ApiErrors('not_found', 'validation_error')
  getOrchestrator(
    @Param('id', IdPipe) id: string,
    @CurrentScope() scope: Scope,
  ): Promise<OrchestratorDetail> {
    return this.orchestrators.get(id, scope);
  }
}
