import { INSTANCE_STATUSES, type Instance, type InstanceStatus } from '@moolai/contracts';
import { BooleanField, EnumField, IntegerField, TextField, TimeField } from './fields/index.js';

/** One controller of the fleet. */
export class InstanceDto implements Instance {
  @TextField({ example: 'controller-1-9f86d0', description: '`INSTANCE_ID` of the process.' })
  instance_id: string;

  @EnumField(INSTANCE_STATUSES, {
    example: 'up',
    description:
      '`draining`: it shuts down. `lost`: it did not renew its lease for five seconds; it is listed for ten minutes.',
  })
  status: InstanceStatus;

  @TextField({ example: '0.1.0' })
  version: string;

  @TimeField({ example: '2026-11-24T02:00:00.000Z' })
  started_at: string;

  @TimeField({ description: 'When it last renewed its lease in the database.' })
  last_heard_at: string;

  @IntegerField({
    example: 120,
    description: 'Open WebSocket connections; the last known number of a lost instance.',
  })
  connections: number;

  @IntegerField({ example: 118, description: 'Connections with a registered orchestrator.' })
  registered: number;

  @BooleanField({ example: true, description: 'True for the one that runs scheduled work.' })
  is_scheduler: boolean;
}
