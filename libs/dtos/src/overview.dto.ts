import {
  HEALTH_FIGURES,
  type ControllerHealth,
  type FilesHealth,
  type InternalHealth,
  type Overview,
} from '@moolai/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { counts } from './count-schema.js';

/** Counters of the whole fleet. */
export class OverviewDto implements Overview {
  @ApiProperty(counts('total', 'active', 'independent'))
  organizations: Overview['organizations'];

  @ApiProperty({
    ...counts('total', 'connected', 'active', 'independent', 'inactive', 'error', 'expected'),
    description: '`expected` were active when the controller went down, and still have time to come back.',
  })
  orchestrators: Overview['orchestrators'];

  @ApiProperty(counts('pending', 'sent', 'delivered', 'failed', 'received'))
  messages: Overview['messages'];

  @ApiProperty({ ...counts('processed', 'ignored'), description: 'Since this process started.' })
  heartbeats: Overview['heartbeats'];

  @ApiProperty({ type: 'integer', example: 3600 })
  uptime_sec: number;

  @ApiProperty({ example: '0.1.0' })
  version: string;
}

/** Whether the files say what they should. */
export class FilesHealthDto implements FilesHealth {
  @ApiProperty({ enum: ['ok', 'failing'], example: 'ok' })
  status: 'ok' | 'failing';

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Since when a file does not say what it should.',
  })
  pending_since: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Which file and why.' })
  error: string | null;
}

/** Whether the controller can do its work. */
export class ControllerHealthDto implements ControllerHealth {
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status: 'ok' | 'degraded';

  @ApiProperty({ enum: ['up', 'down'], example: 'up' })
  database: 'up' | 'down';

  @ApiProperty({ type: FilesHealthDto, description: 'The files under `CONTROLLER_CONFIG_DIR`.' })
  files: FilesHealthDto;

  @ApiProperty({ example: true, description: 'False while it answers and stores nothing.' })
  database_writable: boolean;

  @ApiProperty({ type: 'integer', example: 3600 })
  uptime_sec: number;

  @ApiProperty({ example: '0.1.0' })
  version: string;
}

/** The parts behind {@link ControllerHealthDto}. */
export class InternalHealthDto implements InternalHealth {
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status: 'ok' | 'degraded';

  @ApiProperty({
    type: 'object',
    required: ['status', 'latency_ms', 'write_error'],
    selfRequired: true,
    properties: {
      status: { type: 'string', enum: ['up', 'down'], example: 'up' },
      latency_ms: { type: 'number', nullable: true, example: 1.2 },
      write_error: { type: 'string', nullable: true, example: null },
    },
  })
  database: InternalHealth['database'];

  @ApiProperty({
    enum: HEALTH_FIGURES,
    example: 'fleet',
    description:
      'What `websocket` and `heartbeat_writer.pending` count: the whole fleet, the organizations of the caller, or ' +
      'nothing: they are 0 for a caller without credentials where `METRICS_TOKEN` is set.',
  })
  figures: InternalHealth['figures'];

  @ApiProperty(counts('connections', 'registered'))
  websocket: InternalHealth['websocket'];

  @ApiProperty({
    type: 'object',
    required: ['pending', 'last_flush_at', 'last_error', 'consecutive_failures'],
    selfRequired: true,
    properties: {
      pending: { type: 'integer', example: 0 },
      last_flush_at: {
        type: 'string',
        format: 'date-time',
        nullable: true,
        example: '2026-11-23T20:00:00.000Z',
      },
      last_error: { type: 'string', nullable: true, example: null },
      consecutive_failures: { type: 'integer', example: 0 },
    },
  })
  heartbeat_writer: InternalHealth['heartbeat_writer'];

  @ApiProperty({ type: FilesHealthDto, description: 'The files under `CONTROLLER_CONFIG_DIR`.' })
  files: FilesHealthDto;

  @ApiProperty({
    type: [String],
    example: ['JWT_SECRET'],
    description:
      'Settings whose secret is one of development although other machines can reach the controller. Empty for callers ' +
      'who do not see the whole fleet.',
  })
  default_secrets: string[];

  @ApiProperty({ type: 'integer', example: 3600 })
  uptime_sec: number;

  @ApiProperty({ example: '0.1.0' })
  version: string;
}
