import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/index.js';
import { FleetFollower } from './fleet-follower.js';
import { FleetMirror } from './fleet-mirror.js';
import { FleetReports } from './fleet-reports.js';
import { HeartbeatBroadcast } from './heartbeat-broadcast.js';
import { HeartbeatMetrics } from './heartbeat.metrics.js';
import { HeartbeatPath } from './heartbeat.path.js';
import { HeartbeatWriter } from './heartbeat.writer.js';
import { IndependenceConfirmation } from './independence-confirmation.js';
import { IndependenceFlags } from './independence-flags.js';
import { IndependenceListener } from './independence.listener.js';
import { LiveFleet } from './live-fleet.js';
import { LiveList } from './live-list.js';
import { LiveRegistry } from './live-registry.js';
import { LiveReports } from './live-reports.js';
import { LiveStateRepository } from './live-state.repository.js';
import { LiveStateService } from './live-state.service.js';
import { MirrorRepository } from './mirror.repository.js';
import { PendingWrites } from './pending-writes.js';
import { StatusAnnouncer } from './status-announcer.js';
import { StatusMonitor } from './status.monitor.js';

/** The state of the fleet in memory, and writing it to the database. */
@Module({
  imports: [InstancesModule],
  providers: [
    LiveRegistry,
    FleetMirror,
    MirrorRepository,
    FleetReports,
    FleetFollower,
    HeartbeatBroadcast,
    LiveFleet,
    LiveList,
    LiveStateService,
    LiveReports,
    StatusAnnouncer,
    HeartbeatPath,
    IndependenceFlags,
    IndependenceListener,
    IndependenceConfirmation,
    PendingWrites,
    HeartbeatWriter,
    HeartbeatMetrics,
    LiveStateRepository,
    StatusMonitor,
  ],
  exports: [
    LiveFleet,
    LiveList,
    LiveStateService,
    LiveReports,
    HeartbeatPath,
    IndependenceFlags,
    IndependenceConfirmation,
    IndependenceListener,
    PendingWrites,
    HeartbeatWriter,
    LiveStateRepository,
  ],
})
export class LiveStateModule {}
