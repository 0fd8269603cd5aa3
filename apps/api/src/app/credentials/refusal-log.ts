import { Inject, Injectable } from '@nestjs/common';
import type { HandshakeError } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { networkOf } from '../../platform/http/network-of.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import { ofCredential, orchestratorActor } from './credential-audit.js';

const WINDOW_MS = 60_000;
/** Events of refusals within one window: for all, and for one address. The rest is only counted. */
const MAX_PER_WINDOW = 200;
const MAX_PER_ADDRESS = 50;
/** And so many entries of the audit, which keeps them for good. */
const MAX_AUDITED = 20;

/** A registration that was refused. */
export interface RefusedRegistration {
  orchestratorId: string;
  /** The organization that the id belongs to; null for an id that is not known. */
  organizationId: string | null;
  address: string;
  error: HandshakeError;
  detail: string;
}

/**
 * Records who was not let in. Anybody can be refused as often as they like, so the same refusal is told
 * once a minute, and all together only so many: they must not push everything else out of the memory of
 * events.
 */
@Injectable()
export class RefusalLog {
  private windowStartMs = 0;
  private readonly told = new Set<string>();
  private readonly perAddress = new Map<string, number>();
  private audited = 0;
  private untold = 0;

  constructor(
    private readonly events: FleetEvents,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  note(refused: RefusedRegistration): void {
    if (!this.mayTell(refused)) {
      this.untold += 1;
      return;
    }
    const { orchestratorId, organizationId, address, error, detail } = refused;
    const data = { error, detail, remote_address: address, untold_before: this.untold };
    this.untold = 0;
    this.events.publish({
      type: 'orchestrator.refused',
      organizationId,
      orchestratorId,
      actor: 'orchestrator',
      summary: `${orchestratorId} was refused: ${detail}`,
      data,
    });
    this.record(refused);
    this.logger.warn({ orchestrator_id: orchestratorId, ...data }, 'registration refused');
  }

  /** Only what concerns an id that somebody has: whoever makes ids up is nobody's business. */
  private record({ orchestratorId, organizationId, address, error, detail }: RefusedRegistration): void {
    if (organizationId === null || this.audited >= MAX_AUDITED) return;
    this.audited += 1;
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

  private mayTell({ orchestratorId, address, error, detail }: RefusedRegistration): boolean {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.windowStartMs >= WINDOW_MS) {
      this.windowStartMs = nowMs;
      this.audited = 0;
      this.told.clear();
      this.perAddress.clear();
    }
    // Whoever corrects one fault and meets the next has to hear of it.
    const key = `${address} ${orchestratorId} ${error} ${detail}`;
    const network = networkOf(address);
    const ofAddress = this.perAddress.get(network) ?? 0;
    if (this.told.has(key) || this.told.size >= MAX_PER_WINDOW || ofAddress >= MAX_PER_ADDRESS) return false;
    this.told.add(key);
    this.perAddress.set(network, ofAddress + 1);
    return true;
  }
}
