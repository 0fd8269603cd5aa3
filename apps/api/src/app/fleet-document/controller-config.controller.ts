import { Body, Controller, Get, Headers, HttpCode, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type {
  ConfigRevision,
  ControllerConfigDocument,
  ControllerConfigResult,
  FleetSettingsResult,
  JsonObject,
  Page,
} from '@moolai/contracts';
import {
  ConfigRevisionDto,
  ControllerConfigChangeDto,
  ControllerConfigDto,
  ControllerConfigResultDto,
  FleetSettingsResultDto,
  PageQueryDto,
  RevisionRollbackDto,
} from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { etagOf, parseIfMatchTag } from '../../platform/http/if-match.js';
import { ApiData, ApiErrors, ApiIfMatch, ApiPage } from '../../platform/http/swagger.js';
import type { FleetContent } from '../configuration/index.js';
import { ConfigHistoryService } from '../configuration-history/index.js';
import { readDocument } from './controller-config.document.js';
import { ControllerConfigService, documentTag } from './controller-config.service.js';

@ApiTags('configuration')
@Controller('internal/configuration')
export class ControllerConfigController {
  constructor(
    private readonly document: ControllerConfigService,
    private readonly history: ConfigHistoryService,
  ) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Get the document of the whole configuration',
    description: 'The content of `controller_config.json`, with an `ETag`.',
  })
  @ApiData(ControllerConfigDto)
  @ApiErrors()
  async getFleetConfiguration(
    @CurrentScope() scope: Scope,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ControllerConfigDocument> {
    const document = await this.document.read(scope);
    void reply.header('etag', etagOf(documentTag(document)));
    return document;
  }

  @Put()
  @Requires('fleet:manage')
  @ApiOperation({
    summary: 'Apply a document of the whole configuration',
    description:
      "Fleet defaults, JSON Schemas for `features` and `session_config`, and the named organizations' names, " +
      'settings, flags and orchestrators; all or nothing. Absent parts stay as they are. Connected orchestrators ' +
      'receive their new configuration immediately.',
  })
  @ApiBody({ type: ControllerConfigChangeDto })
  @ApiIfMatch()
  @ApiData(ControllerConfigResultDto)
  @ApiErrors('validation_error', 'conflict')
  async changeFleetConfiguration(
    @Body() body: JsonObject,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ControllerConfigResult> {
    const attribution = { actor: principal };
    const result = await this.document.apply(readDocument(body), attribution, parseIfMatchTag(ifMatch));
    const { pushed, total, ...document } = result;
    void reply.header('etag', etagOf(documentTag(document)));
    return { ...document, pushed, total };
  }

  @Get('revisions')
  @Requires('fleet:read')
  @ApiOperation({
    summary: "List the revisions of the fleet's defaults",
    description: 'Newest first, each with the content before and after.',
  })
  @ApiPage(ConfigRevisionDto)
  @ApiErrors('validation_error')
  listFleetRevisions(@Query() query: PageQueryDto): Promise<Page<ConfigRevision>> {
    return this.history.revisions('fleet', 'fleet', query);
  }

  @Post('rollback')
  @Requires('fleet:manage')
  @HttpCode(200)
  @ApiOperation({
    summary: "Roll back the fleet's defaults",
    description: 'Creates a new revision with the defaults and schemas of an old one.',
  })
  @ApiIfMatch()
  @ApiData(FleetSettingsResultDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  async rollBackFleetConfiguration(
    @Body() { revision, comment }: RevisionRollbackDto,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FleetSettingsResult> {
    const content = (await this.history.contentOf('fleet', 'fleet', revision)) as unknown as FleetContent;
    const attribution = { actor: principal, comment: comment ?? `Back to revision ${revision}` };
    const result = await this.document.rollBack(content, attribution, parseIfMatchTag(ifMatch));
    void reply.header('etag', etagOf(documentTag(await this.document.read())));
    return result;
  }
}
