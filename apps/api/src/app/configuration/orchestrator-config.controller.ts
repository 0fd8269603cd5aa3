import { Body, Controller, Get, Headers, Param, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConfigChangeResult, OrchestratorConfig, OwnConfig } from '@moolai/contracts';
import { ConfigChangeResultDto, OrchestratorConfigDto, SetConfigDto } from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { etagOf, parseIfMatch } from '../../platform/http/if-match.js';
import { ApiData, ApiErrors, ApiIdParam, ApiIfMatch } from '../../platform/http/swagger.js';
import { answerOwnChange } from './change-answers.js';
import { ConfigurationState } from './configuration-state.js';
import { ConfigurationService } from './configuration.service.js';

@ApiTags('configuration')
@Controller('internal/orchestrators/:id/config')
@ApiIdParam('orch-001')
export class OrchestratorConfigController {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly state: ConfigurationState,
  ) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Get the configuration of an orchestrator',
    description: 'Desired configuration, own level, and reported configuration. The `ETag` is the version.',
  })
  @ApiData(OrchestratorConfigDto)
  @ApiErrors('not_found', 'validation_error')
  async getOrchestratorConfig(
    @Param('id', IdPipe) id: string,
    @CurrentScope() scope: Scope,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrchestratorConfig> {
    const config = await this.state.current(id, scope);
    void reply.header('etag', etagOf(config.config_version));
    return config;
  }

  @Put()
  @Requires('configuration:write')
  @ApiOperation({
    summary: "Change an orchestrator's own configuration",
    description:
      'The given fields replace its own; `null` inherits the value of the organization or the fleet again. The result is ' +
      'pushed immediately if the orchestrator is connected. Equal content changes and pushes nothing.',
  })
  @ApiIfMatch()
  @ApiData(ConfigChangeResultDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  async changeOrchestratorConfig(
    @Param('id', IdPipe) id: string,
    @Body() { comment, ...own }: SetConfigDto,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfigChangeResult> {
    const attribution = { actor: principal, comment };
    const change = await this.configuration.changeOwn(
      id,
      (present) => changedBy(own, present),
      attribution,
      parseIfMatch(ifMatch),
    );
    return answerOwnChange(id, change, reply);
  }
}

/** Overrides the current fields with the given ones; null unsets a field, or empties an object. */
function changedBy(given: Omit<SetConfigDto, 'comment'>, present: OwnConfig): OwnConfig {
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  const { features, session_config, ...rest } = { ...present, ...Object.fromEntries(fields) } as {
    [K in keyof OwnConfig]: OwnConfig[K] | null;
  };
  return { ...rest, features: features ?? {}, session_config: session_config ?? {} };
}
