import { Inject, Injectable } from '@nestjs/common';
import type { HandshakeError } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { networkOf } from '../../platform/http/network-of.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import { ofCredential, orchestratorActor } from './credential-audit.js';
import { FleetRefusals } from './fleet-refusals.js';

const WINDOW_MS = 60_000;
/** Limits of refusal events within one window: in total, and per address. The rest is only counted. */
const MAX_PER_WINDOW = 200;
const MAX_PER_ADDRESS = 50;
/** Limit of audit entries, which are kept forever. */
const MAX_AUDITED = 20;

/** A refused registration. */
export interface RefusedRegistration {
  orchestratorId: string;
  /** The organization of the id; null for an unknown id. */
  organizationId: string | null;
  address: string;
  error: HandshakeError;
  detail: string;
}

/**
 * Records refused registrations. A client can be refused any number of times, so the same refusal is reported once a
 * minute, with a limit in total, to keep other events in memory.
 */
@Injectable()
export class RefusalLog {
  private windowStartMs = 0;
  private readonly reported = new Set<string>();
  private readonly perAddress = new Map<string, number>();
  private audited = 0;
  private unreported = 0;
  private readonly fleet: FleetRefusals;

  constructor(
    redis: RedisConnection,
    private readonly events: FleetEvents,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.fleet = new FleetRefusals(redis, {
      durationSec: WINDOW_MS / 1_000,
      total: MAX_PER_WINDOW,
      ofAddress: MAX_PER_ADDRESS,
      audited: MAX_AUDITED,
    });
  }

  record(refused: RefusedRegistration): void {
    if (!this.mayReport(refused)) this.unreported += 1;
    else if (!this.fleet.isShared) this.report(refused);
    else void this.reportInFleet(refused);
  }

  /** What this controller reports is few, so Redis is asked only for those. Never rejects. */
  private async reportInFleet(refused: RefusedRegistration): Promise<void> {
    const { orchestratorId, address, error, detail } = refused;
    const key = [orchestratorId, error, detail].join(' ');
    if (await this.fleet.mayReport(`${address} ${key}`, networkOf(address))) this.report(refused);
    else this.unreported += 1;
  }

  private report(refused: RefusedRegistration): void {
    const { orchestratorId, organizationId, address, error, detail } = refused;
    const data = { error, detail, remote_address: address, untold_before: this.unreported };
    this.unreported = 0;
    this.events.publish({
      type: 'orchestrator.refused',
      organizationId,
      orchestratorId,
      actor: 'orchestrator',
      summary: `${orchestratorId} was refused: ${detail}`,
      data,
    });
    void this.recordInAudit(refused);
    this.logger.warn({ orchestrator_id: orchestratorId, ...data }, 'registration refused');
  }

  /** Only records refusals of existing ids; invented ids are irrelevant. Never rejects. */
  private async recordInAudit({
    orchestratorId,
    organizationId,
    address,
    error,
    detail,
  }: RefusedRegistration): Promise<void> {
    if (organizationId === null || this.audited >= MAX_AUDITED) return;
    this.audited += 1;
    if (this.fleet.isShared && !(await this.fleet.mayAudit())) return;
    const change = ofCredential(
      'credential.refused',
      { orchestratorId, organizationId },
      orchestratorActor(orchestratorId, address),
      { after: { error, detail } },
    );
    this.audit.record(change).catch((problem: Error) => {
      this.logger.warn(`a refusal could not be recorded: ${problem.message}`);
    });
  }

  private mayReport({ orchestratorId, address, error, detail }: RefusedRegistration): boolean {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.windowStartMs >= WINDOW_MS) {
      this.windowStartMs = nowMs;
      this.audited = 0;
      this.reported.clear();
      this.perAddress.clear();
    }
    // Fixing one error must immediately show the next one.
    const key = `${address} ${orchestratorId} ${error} ${detail}`;
    const network = networkOf(address);
    const ofAddress = this.perAddress.get(network) ?? 0;
    if (this.reported.has(key) || this.reported.size >= MAX_PER_WINDOW || ofAddress >= MAX_PER_ADDRESS)
      return false;
    this.reported.add(key);
    this.perAddress.set(network, ofAddress + 1);
    return true;
  }
}
