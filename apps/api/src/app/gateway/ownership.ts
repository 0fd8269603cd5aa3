import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CLOSE_CODES, isJsonObject } from '@moolai/contracts';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { InstanceBus, InstanceLease } from '../instances/index.js';
import { LiveFleet, LiveStateRepository, LiveStateService, type LiveEntry } from '../live-state/index.js';

const TOPIC = 'owner';
/** Orchestrators to compare with their rows at a time. */
const PAGE = 1_000;
/** Registrations elsewhere of which one here may not have been answered yet. */
const MAX_REMEMBERED = 50_000;

/**
 * Of the connections that an orchestrator has to several instances, the one with the newest registration stays. Its row
 * decides: each registration increases `owner_epoch` there. The other instances are told, and compare all their
 * orchestrators with the rows when they may have missed that.
 */
@Injectable()
export class Ownership implements OnModuleInit {
  /** Epochs of registrations elsewhere. */
  private readonly elsewhere = new Map<string, number>();

  constructor(
    private readonly bus: InstanceBus,
    private readonly lease: InstanceLease,
    private readonly liveFleet: LiveFleet,
    private readonly liveState: LiveStateService,
    private readonly repository: LiveStateRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.bus.on(TOPIC, (data) => this.onClaimed(data));
    this.bus.onMissed(() => void this.compareAll());
    this.lease.observe({ onDisowned: () => this.disownAll() });
  }

  /** Tells the instance that had the orchestrator before. */
  claimed({ orchestratorId, ownerEpoch, remoteAddress }: LiveEntry, previousStart: number): void {
    this.elsewhere.delete(orchestratorId);
    if (this.lease.others.some(({ startId }) => startId === previousStart)) {
      this.bus.tell(TOPIC, { orchestrator_id: orchestratorId, epoch: ownerEpoch, address: remoteAddress });
    }
  }

  /** True if a newer connection has registered, here or at another instance, before this registration is answered. */
  isOutdated(orchestratorId: string, epoch: number, registrationNumber: number): boolean {
    if ((this.elsewhere.get(orchestratorId) ?? 0) > epoch) return true;
    const present = this.liveFleet.get(orchestratorId);
    return present?.isConnected === true && present.registrationNumber > registrationNumber;
  }

  private onClaimed(data: unknown): void {
    if (!isJsonObject(data)) return;
    const { orchestrator_id: orchestratorId, epoch, address } = data;
    if (typeof orchestratorId !== 'string' || typeof epoch !== 'number') return;
    this.elsewhere.delete(orchestratorId);
    this.elsewhere.set(orchestratorId, epoch);
    if (this.elsewhere.size > MAX_REMEMBERED)
      this.elsewhere.delete(this.elsewhere.keys().next().value as string);
    const entry = this.liveFleet.get(orchestratorId);
    if (entry && entry.ownerEpoch < epoch)
      this.leave(entry, typeof address === 'string' ? address : undefined);
  }

  /** Compares with the rows, because a registration elsewhere may not have been heard of. Never rejects. */
  private async compareAll(): Promise<void> {
    const entries = [...this.liveFleet.all()];
    try {
      for (let from = 0; from < entries.length; from += PAGE) {
        const page = entries.slice(from, from + PAGE);
        const epochs = await this.repository.ownerEpochs(page.map(({ orchestratorId }) => orchestratorId));
        for (const entry of page) {
          if (entry.ownerEpoch < (epochs.get(entry.orchestratorId) ?? 0)) this.leave(entry);
        }
      }
    } catch (error) {
      this.logger.warn(`the owners of orchestrators could not be compared: ${(error as Error).message}`);
    }
  }

  /** The entry is forgotten without a word: the other instance speaks for the orchestrator now. */
  private leave(entry: LiveEntry, address = 'another controller'): void {
    this.liveState.disown(entry, address);
    if (entry.isConnected) entry.link.close(CLOSE_CODES.replaced, 'replaced by a newer connection');
  }

  private disownAll(): void {
    for (const entry of [...this.liveFleet.all()]) {
      this.liveState.disown(entry, 'another controller');
      if (entry.isConnected) entry.link.close(CLOSE_CODES.tryAgainLater, 'register again');
    }
  }
}
