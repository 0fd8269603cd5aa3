import {
  FLEET_EVENT_TYPES,
  type ActivityQuery,
  type FleetEventData,
  type FleetEventOf,
  type FleetEventType,
} from '@moolai/contracts';
import { ListQueryDto } from './list-query.dto.js';
import { EnumField, IdField, JsonObjectField, TextField, TimeField } from './fields/index.js';

/** Query of the activity list. */
export class ActivityQueryDto extends ListQueryDto implements ActivityQuery {
  @IdField({ optional: true, example: 'orch-001' })
  orchestrator_id?: string;

  @IdField({ optional: true, example: 'org-001' })
  organization_id?: string;

  @EnumField(FLEET_EVENT_TYPES, { optional: true })
  type?: FleetEventType;

  @TimeField({
    optional: true,
    example: '2026-11-23T00:00:00Z',
    description: 'ISO 8601, inclusive.',
  })
  from?: string;

  @TimeField({
    optional: true,
    example: '2026-11-24T00:00:00Z',
    description: 'ISO 8601, exclusive.',
  })
  to?: string;
}

/** One event. */
export class FleetEventDto implements FleetEventOf<FleetEventType> {
  @TextField({ example: 'a81c7d20e95b43f6187f0d3c2b9e6541' })
  id: string;

  @EnumField(FLEET_EVENT_TYPES, { example: 'orchestrator.status' })
  type: FleetEventType;

  @TimeField()
  at: string;

  @IdField({ nullable: true, example: 'org-001' })
  organization_id: string | null;

  @IdField({ nullable: true, example: 'orch-001' })
  orchestrator_id: string | null;

  @TextField({ example: 'admin@moolai.local', description: 'An e-mail address, `orchestrator` or `system`.' })
  actor: string;

  @TextField({ example: 'orch-001 is inactive: it is not connected.' })
  summary: string;

  @JsonObjectField({ example: { status: 'inactive' } })
  data: FleetEventData;
}
