import type { ConfigStatus, FacetValue, OrchestratorFacets, OrchestratorStatus } from '@moolai/contracts';
import { CountField, IntegerField, ListOf, ObjectField, TextField } from './fields/index.js';

/** One value of a field. */
export class FacetValueDto implements FacetValue {
  @TextField({ example: 'org-001' })
  value: string;

  @IntegerField({ example: 12 })
  count: number;
}

/** How many orchestrators have each status. */
export class StatusCountsDto implements Record<OrchestratorStatus, number> {
  @CountField()
  active: number;

  @CountField()
  independent: number;

  @CountField()
  inactive: number;

  @CountField()
  error: number;
}

/** How many orchestrators have a connection. */
export class LinkCountsDto implements Record<'connected' | 'disconnected', number> {
  @CountField()
  connected: number;

  @CountField()
  disconnected: number;
}

/** How many orchestrators are admitted or quarantined. */
export class AdmissionCountsDto implements Record<'admitted' | 'quarantined', number> {
  @CountField()
  admitted: number;

  @CountField()
  quarantined: number;
}

/** How many orchestrators have each configuration status. */
export class ConfigStatusCountsDto implements Record<ConfigStatus, number> {
  @CountField()
  applied: number;

  @CountField()
  failed: number;

  @CountField()
  pending: number;
}

/** Distribution of the matching orchestrators. */
export class OrchestratorFacetsDto implements OrchestratorFacets {
  @IntegerField({ example: 12, description: 'Number of orchestrators that match all filters.' })
  total: number;

  @ObjectField(StatusCountsDto)
  statuses: StatusCountsDto;

  @ObjectField(LinkCountsDto)
  links: LinkCountsDto;

  @ObjectField(AdmissionCountsDto)
  admissions: AdmissionCountsDto;

  @ObjectField(ConfigStatusCountsDto)
  config_statuses: ConfigStatusCountsDto;

  @ListOf(FacetValueDto)
  organizations: FacetValueDto[];

  @ListOf(FacetValueDto)
  versions: FacetValueDto[];

  @ListOf(FacetValueDto, { description: 'Values are `key=value`.' })
  labels: FacetValueDto[];
}
