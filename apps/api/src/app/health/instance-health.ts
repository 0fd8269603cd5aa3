import { Injectable } from '@nestjs/common';
import type { FilesHealth, InternalHealth } from '@moolai/contracts';
import { KeptFiles } from '../../platform/files/kept-files.js';
import { ProcessInfo } from '../../platform/process-info.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { InstancesService } from '../instances/index.js';

/** What never makes this process `degraded`: its files, its connection to Redis, its age and version. */
@Injectable()
export class InstanceHealth {
  constructor(
    private readonly files: KeptFiles,
    private readonly connection: RedisConnection,
    private readonly process: ProcessInfo,
    private readonly instances: InstancesService,
  ) {}

  get redis(): InternalHealth['redis'] {
    return { status: this.connection.status, latency_ms: this.connection.latencyMs };
  }

  /** How many controllers of this fleet are up. */
  get upCount(): number {
    return this.instances.upCount;
  }

  about(): { files: FilesHealth; uptime_sec: number; version: string } {
    return {
      files: this.files.health,
      uptime_sec: this.process.uptimeSec(),
      version: this.process.version,
    };
  }
}
