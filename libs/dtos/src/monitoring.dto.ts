import {
  ID_PATTERN,
  type Costs,
  type CostsQuery,
  type MetricNames,
  type MetricPoint,
  type MetricSeries,
  type MetricSeriesQuery,
  type UsageTotals,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { LARGE_INTEGER } from './count-schema.js';
import { IsStorableText } from './storable.validator.js';
import { IsTime } from './time.validator.js';

const TIME = { format: 'date-time', example: '2026-11-23T20:00:00.000Z' } as const;
const ONE_YEAR_SEC = 31_536_000;

/** Query of a series. */
export class MetricSeriesQueryDto implements MetricSeriesQuery {
  @ApiProperty({ example: 'tokens_per_sec', maxLength: 200 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @IsStorableText()
  name: string;

  @ApiPropertyOptional({ example: '2026-11-23T19:00:00Z', description: 'An hour before `to` when left out.' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ example: '2026-11-23T20:00:00Z', description: 'Now when left out.' })
  @IsOptional()
  @IsTime()
  to?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    example: 60,
    description: 'Seconds that one point stands for; raised when it would give more than 1,000 points.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(ONE_YEAR_SEC)
  step?: number;
}

/** One point of a series. */
export class MetricPointDto implements MetricPoint {
  @ApiProperty(TIME)
  at: string;

  @ApiProperty({ type: 'integer', example: 2 })
  count: number;

  @ApiProperty({ example: 812.5 })
  avg: number;

  @ApiProperty({ example: 801.25 })
  min: number;

  @ApiProperty({ example: 823.75 })
  max: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'Null with fewer than 20 samples.',
  })
  p95: number | null;
}

/** A down-sampled series. */
export class MetricSeriesDto implements MetricSeries {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ example: 'tokens_per_sec' })
  name: string;

  @ApiProperty(TIME)
  from: string;

  @ApiProperty(TIME)
  to: string;

  @ApiProperty({ type: 'integer', example: 60 })
  step: number;

  @ApiProperty({ type: [MetricPointDto] })
  points: MetricPointDto[];
}

/** What an orchestrator has reported figures of. */
export class MetricNamesDto implements MetricNames {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ type: [String], example: ['tokens_per_sec', 'gpu_utilization'] })
  names: string[];
}

/** Query of the costs. */
export class CostsQueryDto implements CostsQuery {
  @ApiPropertyOptional({ example: '2026-11-01T00:00:00Z', description: '30 days before `to` when left out.' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ example: '2026-12-01T00:00:00Z', description: 'Now when left out.' })
  @IsOptional()
  @IsTime()
  to?: string;

  @ApiPropertyOptional({ example: 'org-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ example: 'orch-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  orchestrator_id?: string;
}

/** What models used, as reported. */
export class UsageTotalsDto implements UsageTotals {
  @ApiProperty({ ...LARGE_INTEGER, example: 1200 })
  requests: number;

  @ApiProperty({ ...LARGE_INTEGER, example: 480_000 })
  input_tokens: number;

  @ApiProperty({ ...LARGE_INTEGER, example: 96_000 })
  output_tokens: number;

  @ApiProperty({ example: '3.84', description: 'A decimal number, exact to the last digit.' })
  cost_usd: string;

  @ApiProperty({ ...LARGE_INTEGER, example: 0, description: 'Entries that came without a cost.' })
  unpriced_entries: number;
}

/** The usage of one organization. */
export class OrganizationUsageDto extends UsageTotalsDto {
  @ApiProperty({ example: 'org-001' })
  organization_id: string;
}

/** The usage of one model. */
export class ModelUsageDto extends UsageTotalsDto {
  @ApiProperty({ example: 'llama-3.3-70b' })
  model: string;
}

/** The usage of one day, UTC. */
export class DayUsageDto extends UsageTotalsDto {
  @ApiProperty({ example: '2026-11-23' })
  day: string;
}

/** Reported usage and cost, nothing estimated. */
export class CostsDto implements Costs {
  @ApiProperty(TIME)
  from: string;

  @ApiProperty(TIME)
  to: string;

  @ApiProperty({
    example: true,
    description:
      'False when there was more usage than could be added up in time: the sums begin at `covered_from`. Ask again for the rest.',
  })
  complete: boolean;

  @ApiProperty({ ...TIME, description: 'Where the sums begin: `from` when they are complete.' })
  covered_from: string;

  @ApiProperty({ type: UsageTotalsDto })
  total: UsageTotalsDto;

  @ApiProperty({ type: [OrganizationUsageDto] })
  by_organization: OrganizationUsageDto[];

  @ApiProperty({ type: [ModelUsageDto] })
  by_model: ModelUsageDto[];

  @ApiProperty({ type: [DayUsageDto] })
  by_day: DayUsageDto[];
}
