import { Module } from '@nestjs/common';
import { HeartbeatMetrics } from './heartbeat.metrics.js';
import { HeartbeatPath } from './heartbeat.path.js';
import { HeartbeatWriter } from './heartbeat.writer.js';
import { IndependenceFlags } from './independence-flags.js';
import { IndependenceListener } from './independence.listener.js';
import { LiveStateRepository } from './live-state.repository.js';
import { LiveStateService } from './live-state.service.js';
import { PendingWrites } from './pending-writes.js';
import { StatusMonitor } from './status.monitor.js';

/** The state of the fleet in memory, and writing it to the database. */
@Module({
  providers: [
    LiveStateService,
    HeartbeatPath,
    IndependenceFlags,
    IndependenceListener,
    PendingWrites,
    HeartbeatWriter,
    HeartbeatMetrics,
    LiveStateRepository,
    StatusMonitor,
  ],
  exports: [
    LiveStateService,
    HeartbeatPath,
    IndependenceFlags,
    IndependenceListener,
    PendingWrites,
    HeartbeatWriter,
  ],
})
export class LiveStateModule {}
