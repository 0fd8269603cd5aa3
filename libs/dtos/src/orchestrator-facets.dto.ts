import {
  CONFIG_STATUSES,
  ORCHESTRATOR_STATUSES,
  type FacetValue,
  type OrchestratorFacets,
} from '@moolai/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { counts } from './count-schema.js';

/** One value that a field has. */
export class FacetValueDto implements FacetValue {
  @ApiProperty({ example: 'org-001' })
  value: string;

  @ApiProperty({ type: 'integer', example: 12 })
  count: number;
}

/** How the orchestrators that match are distributed. */
export class OrchestratorFacetsDto implements OrchestratorFacets {
  @ApiProperty({ type: 'integer', example: 12, description: 'How many match all the filters.' })
  total: number;

  @ApiProperty(counts(...ORCHESTRATOR_STATUSES))
  statuses: OrchestratorFacets['statuses'];

  @ApiProperty(counts('connected', 'disconnected'))
  links: OrchestratorFacets['links'];

  @ApiProperty(counts('admitted', 'quarantined'))
  admissions: OrchestratorFacets['admissions'];

  @ApiProperty(counts(...CONFIG_STATUSES))
  config_statuses: OrchestratorFacets['config_statuses'];

  @ApiProperty({ type: [FacetValueDto] })
  organizations: FacetValueDto[];

  @ApiProperty({ type: [FacetValueDto] })
  versions: FacetValueDto[];

  @ApiProperty({ type: [FacetValueDto], description: 'Values are `key=value`.' })
  labels: FacetValueDto[];
}
