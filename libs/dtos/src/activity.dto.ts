import {
  FLEET_EVENT_TYPES,
  ID_PATTERN,
  type ActivityQuery,
  type FleetEvent,
  type FleetEventType,
  type JsonObject,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';
import { IsTime } from './time.validator.js';

/** Query of the activity list. */
export class ActivityQueryDto extends ListQueryDto implements ActivityQuery {
  @ApiPropertyOptional({ example: 'orch-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  orchestrator_id?: string;

  @ApiPropertyOptional({ example: 'org-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ enum: FLEET_EVENT_TYPES })
  @IsOptional()
  @IsIn(FLEET_EVENT_TYPES)
  type?: FleetEventType;

  @ApiPropertyOptional({ example: '2026-11-23T00:00:00Z', description: 'Only what happened at or after it.' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ example: '2026-11-24T00:00:00Z', description: 'Only what happened before it.' })
  @IsOptional()
  @IsTime()
  to?: string;
}

/** One thing that happened. */
export class FleetEventDto implements FleetEvent {
  @ApiProperty({ example: 'a81c7d20e95b43f6187f0d3c2b9e6541' })
  id: string;

  @ApiProperty({ enum: FLEET_EVENT_TYPES, example: 'orchestrator.status' })
  type: FleetEventType;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T20:00:00.000Z' })
  at: string;

  @ApiProperty({ type: String, nullable: true, example: 'org-001' })
  organization_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'orch-001' })
  orchestrator_id: string | null;

  @ApiProperty({
    example: 'admin@moolai.local',
    description: 'An e-mail address, `orchestrator` or `system`.',
  })
  actor: string;

  @ApiProperty({ example: 'orch-001 is inactive: it is not connected.' })
  summary: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { status: 'inactive' } })
  data: JsonObject;
}
