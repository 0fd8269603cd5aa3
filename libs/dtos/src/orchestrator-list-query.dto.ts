import {
  CONFIG_STATUSES,
  ID_PATTERN,
  ORCHESTRATOR_SORT_FIELDS,
  ORCHESTRATOR_STATUSES,
  type ConfigStatus,
  type OrchestratorFacetsQuery,
  type OrchestratorListQuery,
  type OrchestratorStatus,
} from '@moolai/contracts';
import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';

export const ORCHESTRATOR_SORTS = ORCHESTRATOR_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** A query has only texts; what is neither yes nor no is left for the validator to refuse. */
function toBoolean({ value }: { value: unknown }): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

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

  @ApiPropertyOptional({ example: '2.4.1', description: 'The version of its software, exactly.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(/^[^\u0000]*$/, { message: 'version must not contain a NUL character' })
  version?: string;

  @ApiPropertyOptional({
    enum: CONFIG_STATUSES,
    description: 'What became of the configuration that it should have.',
  })
  @IsOptional()
  @IsIn(CONFIG_STATUSES)
  config_status?: ConfigStatus;

  @ApiPropertyOptional({ description: 'Whether it has an open connection.' })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean()
  connected?: boolean;

  @ApiPropertyOptional({ description: 'Whether it is kept out until an administrator releases it.' })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean()
  quarantined?: boolean;

  @ApiPropertyOptional({ enum: ORCHESTRATOR_SORTS, default: 'orchestrator_id' })
  @IsOptional()
  @IsIn(ORCHESTRATOR_SORTS)
  sort: string = 'orchestrator_id';
}

/** The filters of that list. */
export class OrchestratorFacetsQueryDto
  extends OmitType(OrchestratorListQueryDto, ['page', 'page_size', 'sort'] as const)
  implements OrchestratorFacetsQuery {}
