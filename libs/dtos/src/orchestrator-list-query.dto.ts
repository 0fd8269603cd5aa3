import {
  ID_PATTERN,
  ORCHESTRATOR_SORT_FIELDS,
  ORCHESTRATOR_STATUSES,
  type OrchestratorListQuery,
  type OrchestratorStatus,
} from '@moolai/contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';

export const ORCHESTRATOR_SORTS = ORCHESTRATOR_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** Query of the list of orchestrators. */
export class OrchestratorListQueryDto extends ListQueryDto implements OrchestratorListQuery {
  @ApiPropertyOptional({ example: 'org-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ enum: ORCHESTRATOR_STATUSES })
  @IsOptional()
  @IsIn(ORCHESTRATOR_STATUSES)
  status?: OrchestratorStatus;

  @ApiPropertyOptional({ example: 'region=eu-central', description: '`key`, or `key=value`.' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,49}(=[^\u0000]{0,200})?$/)
  @MaxLength(251)
  label?: string;

  @ApiPropertyOptional({ enum: ORCHESTRATOR_SORTS, default: 'orchestrator_id' })
  @IsOptional()
  @IsIn(ORCHESTRATOR_SORTS)
  sort: string = 'orchestrator_id';
}
