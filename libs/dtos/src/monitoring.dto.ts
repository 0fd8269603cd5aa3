import {
  type Costs,
  type CostsQuery,
  type MetricNames,
  type MetricPoint,
  type MetricSeries,
  type MetricSeriesQuery,
  type UsageTotals,
} from '@moolai/contracts';
import {
  BooleanField,
  DecimalField,
  IdField,
  IntegerField,
  ListOf,
  ObjectField,
  TextField,
  TimeField,
} from './fields/index.js';

const ONE_YEAR_SEC = 31_536_000;

/** Query of a series. */
export class MetricSeriesQueryDto implements MetricSeriesQuery {
  @TextField({ minLength: 1, maxLength: 200, typeLast: true, example: 'tokens_per_sec' })
  name: string;

  @TimeField({
    optional: true,
    example: '2026-11-23T19:00:00Z',
    description: 'Defaults to one hour before `to`.',
  })
  from?: string;

  @TimeField({ optional: true, example: '2026-11-23T20:00:00Z', description: 'Defaults to now.' })
  to?: string;

  @IntegerField({
    optional: true,
    inQuery: true,
    min: 1,
    max: ONE_YEAR_SEC,
    example: 60,
    description: 'Seconds per point; increased if it would give more than 1,000 points.',
  })
  step?: number;
}

/** One point of a series. */
export class MetricPointDto implements MetricPoint {
  @TimeField()
  at: string;

  @IntegerField({ example: 2 })
  count: number;

  @DecimalField({ example: 812.5 })
  avg: number;

  @DecimalField({ example: 801.25 })
  min: number;

  @DecimalField({ example: 823.75 })
  max: number;

  @DecimalField({ nullable: true, example: null, description: 'Null with fewer than 20 samples.' })
  p95: number | null;
}

/** A down-sampled series. */
export class MetricSeriesDto implements MetricSeries {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @TextField({ example: 'tokens_per_sec' })
  name: string;

  @TimeField()
  from: string;

  @TimeField()
  to: string;

  @IntegerField({ example: 60 })
  step: number;

  @ListOf(MetricPointDto)
  points: MetricPointDto[];
}

/** Names of the metrics that an orchestrator has reported. */
export class MetricNamesDto implements MetricNames {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @ListOf('text', { example: ['tokens_per_sec', 'gpu_utilization'] })
  names: string[];
}

/** Query of the costs. */
export class CostsQueryDto implements CostsQuery {
  @TimeField({
    optional: true,
    example: '2026-11-01T00:00:00Z',
    description: 'Defaults to 30 days before `to`.',
  })
  from?: string;

  @TimeField({ optional: true, example: '2026-12-01T00:00:00Z', description: 'Defaults to now.' })
  to?: string;

  @IdField({ optional: true, example: 'org-001' })
  organization_id?: string;

  @IdField({ optional: true, example: 'orch-001' })
  orchestrator_id?: string;
}

/** Reported usage of models. */
export class UsageTotalsDto implements UsageTotals {
  @IntegerField({ large: true, example: 1200 })
  requests: number;

  @IntegerField({ large: true, example: 480_000 })
  input_tokens: number;

  @IntegerField({ large: true, example: 96_000 })
  output_tokens: number;

  @TextField({ example: '3.84', description: 'A decimal number, exact to the last digit.' })
  cost_usd: string;

  @IntegerField({ large: true, example: 0, description: 'Entries reported without a cost.' })
  unpriced_entries: number;
}

/** Usage of one organization. */
export class OrganizationUsageDto extends UsageTotalsDto {
  @IdField({ example: 'org-001' })
  organization_id: string;
}

/** Usage of one model. */
export class ModelUsageDto extends UsageTotalsDto {
  @TextField({ example: 'llama-3.3-70b' })
  model: string;
}

/** Usage of one UTC day. */
export class DayUsageDto extends UsageTotalsDto {
  @TextField({ example: '2026-11-23' })
  day: string;
}

/** Reported usage and cost, without estimates. */
export class CostsDto implements Costs {
  @TimeField()
  from: string;

  @TimeField()
  to: string;

  @BooleanField({
    example: true,
    description:
      'False if there was too much usage to add up in time: the sums then begin at `covered_from`. Repeat the request for the rest.',
  })
  complete: boolean;

  @TimeField({ description: 'Where the sums begin; equals `from` when they are complete.' })
  covered_from: string;

  @ObjectField(UsageTotalsDto)
  total: UsageTotalsDto;

  @ListOf(OrganizationUsageDto)
  by_organization: OrganizationUsageDto[];

  @ListOf(ModelUsageDto)
  by_model: ModelUsageDto[];

  @ListOf(DayUsageDto)
  by_day: DayUsageDto[];
}
