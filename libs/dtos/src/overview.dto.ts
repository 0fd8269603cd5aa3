import {
  HEALTH_FIGURES,
  REDIS_STATUSES,
  type ControllerHealth,
  type FilesHealth,
  type InternalHealth,
  type Overview,
  type RedisStatus,
} from '@moolai/contracts';
import {
  BooleanField,
  DecimalField,
  EnumField,
  IntegerField,
  ListOf,
  ObjectField,
  TextField,
  TimeField,
} from './fields/index.js';
import {
  HeartbeatCountsDto,
  MessageCountsDto,
  OrchestratorCountsDto,
  OrganizationCountsDto,
  SocketCountsDto,
} from './overview-counts.dto.js';

/** Counters of the whole fleet. */
export class OverviewDto implements Overview {
  @ObjectField(OrganizationCountsDto)
  organizations: OrganizationCountsDto;

  @ObjectField(OrchestratorCountsDto, {
    description:
      '`expected` counts orchestrators that were active when the controller stopped and still have time to reconnect.',
  })
  orchestrators: OrchestratorCountsDto;

  @ObjectField(MessageCountsDto)
  messages: MessageCountsDto;

  @ObjectField(HeartbeatCountsDto, { description: 'Since this process started.' })
  heartbeats: HeartbeatCountsDto;

  @IntegerField({ example: 3600 })
  uptime_sec: number;

  @TextField({ example: '0.1.0' })
  version: string;
}

/** State of the database. */
export class DatabaseHealthDto {
  @EnumField(['up', 'down'], { example: 'up' })
  status: 'up' | 'down';

  @DecimalField({ nullable: true, example: 1.2 })
  latency_ms: number | null;

  @TextField({ nullable: true, example: null })
  write_error: string | null;
}

/** State of Redis. */
export class RedisHealthDto {
  @EnumField(REDIS_STATUSES, { example: 'up', description: '`off` without `REDIS_URL`.' })
  status: RedisStatus;

  @DecimalField({ nullable: true, example: 0.4, description: 'Of the last ping; null unless `up`.' })
  latency_ms: number | null;
}

/** State of the heartbeat writer. */
export class HeartbeatWriterHealthDto {
  @IntegerField({ example: 0 })
  pending: number;

  @TimeField({ nullable: true })
  last_flush_at: string | null;

  @TextField({ nullable: true, example: null })
  last_error: string | null;

  @IntegerField({ example: 0 })
  consecutive_failures: number;
}

/** State of the files in `CONTROLLER_CONFIG_DIR`. */
export class FilesHealthDto implements FilesHealth {
  @EnumField(['ok', 'failing'], { example: 'ok' })
  status: 'ok' | 'failing';

  @TimeField({ nullable: true, example: null, description: 'Since when a file is missing or out of date.' })
  pending_since: string | null;

  @TextField({ nullable: true, example: null, description: 'Which file fails, and why.' })
  error: string | null;
}

/** Whether the controller works. */
export class ControllerHealthDto implements ControllerHealth {
  @EnumField(['ok', 'degraded'], { example: 'ok' })
  status: 'ok' | 'degraded';

  @EnumField(['up', 'down'], { example: 'up' })
  database: 'up' | 'down';

  @ObjectField(FilesHealthDto, { description: 'State of the files under `CONTROLLER_CONFIG_DIR`.' })
  files: FilesHealthDto;

  @BooleanField({ example: true, description: 'False while the database can be read but not written.' })
  database_writable: boolean;

  @EnumField(REDIS_STATUSES, {
    example: 'off',
    description:
      'Whether Redis answers; `off` without `REDIS_URL`. It never makes the controller `degraded`.',
  })
  redis: RedisStatus;

  @IntegerField({ example: 3600 })
  uptime_sec: number;

  @TextField({ example: '0.1.0' })
  version: string;
}

/** The details behind {@link ControllerHealthDto}. */
export class InternalHealthDto implements InternalHealth {
  @EnumField(['ok', 'degraded'], { example: 'ok' })
  status: 'ok' | 'degraded';

  @ObjectField(DatabaseHealthDto)
  database: DatabaseHealthDto;

  @ObjectField(RedisHealthDto)
  redis: RedisHealthDto;

  @IntegerField({ example: 1, description: 'How many controllers of this fleet are up.' })
  instances: number;

  @EnumField(HEALTH_FIGURES, {
    example: 'fleet',
    description:
      'Scope of `websocket` and `heartbeat_writer.pending`: the whole fleet, the organizations of the caller, or ' +
      'none: the figures are 0 for unauthenticated callers if `METRICS_TOKEN` is set.',
  })
  figures: InternalHealth['figures'];

  @ObjectField(SocketCountsDto)
  websocket: SocketCountsDto;

  @ObjectField(HeartbeatWriterHealthDto)
  heartbeat_writer: HeartbeatWriterHealthDto;

  @ObjectField(FilesHealthDto, { description: 'State of the files under `CONTROLLER_CONFIG_DIR`.' })
  files: FilesHealthDto;

  @ListOf('text', {
    example: ['JWT_SECRET'],
    description:
      'Settings that still hold a development secret although other machines can reach the controller. Empty for ' +
      'callers who do not see the whole fleet.',
  })
  default_secrets: string[];

  @IntegerField({ example: 3600 })
  uptime_sec: number;

  @TextField({ example: '0.1.0' })
  version: string;
}
