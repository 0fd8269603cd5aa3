import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { RedisConnection, type Kept } from '../../platform/redis/redis-connection.js';
import { FleetEvents } from '../events/index.js';
import { InstanceBus, InstanceLease } from '../instances/index.js';
import { FleetMirror } from './fleet-mirror.js';
import { REPORTS, WHOLE } from './fleet-reports.js';
import { MirrorRepository, type OwnedRow } from './mirror.repository.js';
import { parseReport, type FleetReport, type RemoteOrchestrator } from './remote-orchestrator.js';

/** Guarantee 6 of contract section 5 allows 5 s. */
const READ_EVERY_MS = 3_000;

/**
 * Follows the reports of the other instances. While Redis is away, statuses and times are read from the database, which
 * is at most a second behind them.
 */
@Injectable()
export class FleetFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly reads: Recurring;
  private subscription: Kept | undefined;
  /** Until the whole of each instance was told, after an interruption. */
  private mustRead = true;

  constructor(
    private readonly mirror: FleetMirror,
    private readonly repository: MirrorRepository,
    private readonly bus: InstanceBus,
    private readonly lease: InstanceLease,
    private readonly redis: RedisConnection,
    private readonly events: FleetEvents,
    @Inject(LOGGER) logger: Logger,
  ) {
    const failure = 'the orchestrators of the other instances could not be read';
    this.reads = new Recurring({ everyMs: READ_EVERY_MS, work: () => this.read(), logger, failure });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.lease.isShared) return;
    this.subscription = this.redis.subscribe({
      channels: [this.redis.key(REPORTS)],
      onMessage: (text) => this.onReport(text),
      onSubscribed: () => this.askForAll(),
    });
    this.redis.onDown(() => (this.mustRead = true));
    await this.reads.run();
    this.reads.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.subscription?.stop();
    await this.reads.stop();
  }

  private askForAll(): void {
    this.mustRead = true;
    this.bus.tell(WHOLE, null);
  }

  private onReport(text: string): void {
    const report = parseReport(text);
    if (!report || report.startId === this.lease.startId) return;
    if (this.mirror.apply(report) === 'gap') this.askForAll();
    if (report.whole === 'last') this.mustRead = false;
    this.publishHeartbeats(report);
  }

  private publishHeartbeats({ seen }: FleetReport): void {
    if (seen.length === 0 || !this.events.hasHeartbeatListeners) return;
    const items = seen.flatMap(([orchestratorId, lastSeenMs]) => {
      const known = this.mirror.get(orchestratorId);
      if (!known) return [];
      const last_seen = new Date(lastSeenMs).toISOString();
      return { orchestrator_id: orchestratorId, organization_id: known.organizationId, last_seen };
    });
    this.events.publishHeartbeats(items);
  }

  private async read(): Promise<void> {
    if (this.redis.isUp && !this.mustRead) return;
    const others = this.lease.others;
    if (others.length === 0) return;
    const names = new Map(others.map(({ startId, instanceId }) => [startId, instanceId]));
    const rows = await this.repository.read(others);
    this.mirror.replace(
      [...names.keys()],
      rows.map((row) => this.fromRow(row, names.get(row.startId) ?? '')),
    );
  }

  /** A row does not tell about the connection; reports before the interruption did. */
  private fromRow({ isIndependent, ...row }: OwnedRow, instanceId: string): RemoteOrchestrator {
    const present = this.mirror.get(row.orchestratorId);
    const known = present?.ownerEpoch === row.ownerEpoch ? present : undefined;
    const isConnected = isIndependent
      ? (known?.isConnected ?? true)
      : row.status === 'active' || row.lostAtMs === null;
    return {
      sessionId: '',
      remoteAddress: '',
      connectedAtMs: 0,
      ...known,
      ...row,
      instanceId,
      reason:
        known?.status === row.status
          ? known.reason
          : 'Redis is away, so only its controller instance knows the reason.',
      flag: { isIndependent },
      isConnected,
      configAck: null,
      shown: null,
    };
  }
}
