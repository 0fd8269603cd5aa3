import { Inject, Injectable } from '@nestjs/common';
import {
  CLOSE_CODES,
  CREDENTIAL_ERRORS,
  type HandshakeError,
  type HandshakeRefused,
  type RegisterMessage,
} from '@moolai/contracts';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { Clock } from '../../platform/clock/clock.js';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { configFrame, ConfigurationService } from '../configuration/index.js';
import { DeliveryService } from '../delivery/index.js';
import { CredentialWatch, Quarantine, RefusalLog } from '../credentials/index.js';
import { FleetEvents } from '../events/index.js';
import {
  IndependenceFlags,
  IndependenceListener,
  LiveStateService,
  PendingWrites,
  type LiveEntry,
} from '../live-state/index.js';
import { RegistrationRefused, RegistrationService, type Registration } from '../registration/index.js';
import type { Connection, DropReason } from './connection.js';
import { GatewayMetrics } from './gateway.metrics.js';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';

/** What the activity says of an orchestrator whose connection the controller ended. */
const DROPPED: Record<DropReason, string> = {
  unread: 'was disconnected: it does not read what it is sent',
  unfinished: 'was disconnected: it left a message unfinished when the memory for those ran out',
  silent: 'was disconnected: it answered no ping',
  too_many_errors: 'was disconnected: too many of its frames were refused',
  not_registered: 'was disconnected: it did not register in time',
};
const RETRY_MIN_MS = 1_000;
const RETRY_SPREAD_MS = 4_000;

/** Brings a connection from `register` to its answer. */
@Injectable()
export class Admission {
  private underWay = 0;
  private begun = 0;

  constructor(
    private readonly registrations: RegistrationService,
    private readonly configuration: ConfigurationService,
    private readonly delivery: DeliveryService,
    private readonly credentialWatch: CredentialWatch,
    private readonly quarantine: Quarantine,
    private readonly refusals: RefusalLog,
    private readonly liveState: LiveStateService,
    private readonly flags: IndependenceFlags,
    private readonly listener: IndependenceListener,
    private readonly pending: PendingWrites,
    private readonly events: FleetEvents,
    private readonly metrics: GatewayMetrics,
    private readonly clock: Clock,
    private readonly budgets: ByteBudgets,
    @Inject(GATEWAY_TIMING) private readonly timing: GatewayTiming,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Registers a connection and answers it. Never rejects; afterwards the connection is registered or closed.
   * @param bytes of the frame that asks for it
   */
  async admit(connection: Connection, message: RegisterMessage, bytes: number): Promise<void> {
    if (connection.state === 'closed') return;
    if (this.underWay >= this.timing.maxRegistrationsAtOnce || !this.budgets.registrations.take(bytes)) {
      this.refuse(connection, 'busy', 'Too many register at once; come back a little later.');
      return;
    }
    connection.state = 'registering';
    connection.registrationNumber = ++this.begun;
    this.underWay += 1;
    this.flags.hold(message.orchestrator_id);
    try {
      const registration = await this.registrations.register(message, connection);
      this.accept(connection, registration, message.capabilities ?? []);
    } catch (error) {
      this.flags.release(message.orchestrator_id);
      this.refuseFor(connection, message, error);
    } finally {
      this.underWay -= 1;
      this.budgets.registrations.give(bytes);
    }
  }

  /**
   * The connection has ended: memory lets go of what it held for it.
   * @param wasTakenOver a newer one took its place, and its peer was there to notice
   */
  leave(connection: Connection, wasAbnormal: boolean, wasTakenOver: boolean): void {
    const { entry, dropReason } = connection;
    if (dropReason) this.metrics.dropped(dropReason);
    if (!entry) return;
    if (wasTakenOver) void this.quarantine.takenOver(entry);
    const successor = this.successorOf(entry);
    if (wasTakenOver && successor) successor.tookOverFrom = entry.remoteAddress;
    this.liveState.remove(entry, wasAbnormal);
    this.delivery.disconnected(entry);
    const how = wasAbnormal ? 'lost' : 'ended';
    const what = successor
      ? `was replaced by a newer connection from ${successor.remoteAddress}`
      : whatEnded(dropReason, wasAbnormal);
    if (!this.liveState.isLeaving) {
      this.tell(entry, 'orchestrator.disconnected', what, {
        was_abnormal: wasAbnormal,
        drop_reason: dropReason ?? null,
        replaced_by: successor?.remoteAddress ?? null,
      });
    }
    this.logger.info(
      { orchestrator_id: entry.orchestratorId, session_id: entry.sessionId, drop_reason: dropReason },
      `connection ${how}`,
    );
  }

  private accept(connection: Connection, registration: Registration, capabilities: string[]): void {
    const { row, handshake, config } = registration;
    const { orchestrator_id: orchestratorId } = row;
    const lastSeenMs = row.last_seen?.getTime() ?? null;
    this.listener.apply(orchestratorId, row.is_independent, row.independence_version, lastSeenMs);
    if (connection.state === 'closed') {
      // It left before its answer; the row says "active" and nobody is there.
      this.flags.release(orchestratorId);
      this.pending.statusMayHaveChanged(orchestratorId);
      return;
    }
    if (this.isOutdated(connection, orchestratorId)) {
      this.flags.release(orchestratorId);
      connection.close(CLOSE_CODES.replaced, 'replaced by a newer connection');
      return;
    }
    const entry: LiveEntry = {
      orchestratorId,
      organizationId: row.organization_id,
      rowId: row.id,
      sessionId: handshake.session_id,
      remoteAddress: connection.remoteAddress,
      connectedAtMs: this.clock.nowMs(),
      link: connection,
      flag: this.flags.hold(orchestratorId),
      isConnected: true,
      acknowledgesMessages: capabilities.includes('message_ack'),
      isAuthenticated: registration.isAuthenticated,
      rotatesCredentials: capabilities.includes('credential_rotation'),
      credentialOffer: registration.credentialOffer,
      lastSeenMs: lastSeenMs ?? 0,
      unwrittenSeenMs: 0,
      livenessMs: this.clock.monotonicMs(),
      configAck: null,
      processedHeartbeats: 0,
      ignoredHeartbeats: 0,
      hasHealthError: false,
      abnormalEndMs: null,
      announcedStatus: null,
      configVersion: config.version,
      configTraceparent: null,
      registrationNumber: connection.registrationNumber,
      tookOverFrom: null,
      processingLine: null,
      ignoringLine: null,
    };
    this.flags.release(orchestratorId);
    connection.entry = entry;
    connection.state = 'registered';
    const replaced = this.liveState.markHandshake(entry);
    replaced?.link.close(CLOSE_CODES.replaced, 'replaced by a newer connection');
    connection.sendMessage({ ...handshake, is_independent: entry.flag.isIndependent });
    const { version: configVersion, hash: configHash, json: configJson, isUnchanged } = config;
    const desired = { orchestratorId, configVersion, configHash, configJson };
    connection.send(configFrame('provisioning', desired, { isUnchanged }));
    this.catchUp(connection, orchestratorId, registration);
    // It may have been deleted since it was looked up, its organization deactivated, or its credential revoked.
    if (registration.credentialEpoch !== this.credentialWatch.epoch) {
      void this.credentialWatch.check([orchestratorId]);
    }
    this.metrics.registered('accepted');
    this.delivery.connected(entry);
    this.tell(entry, 'orchestrator.connected', 'has connected', { was_abnormal: false });
    this.logger.info(
      { orchestrator_id: orchestratorId, session_id: entry.sessionId },
      'orchestrator registered',
    );
  }

  /** The newer connection that took the place of this one; undefined where there is none. */
  private successorOf(entry: LiveEntry): LiveEntry | undefined {
    const present = this.liveState.get(entry.orchestratorId);
    return present !== entry && present?.isConnected ? present : undefined;
  }

  /** A registration that began later was answered earlier: the newer connection stays. */
  private isOutdated({ registrationNumber }: Connection, orchestratorId: string): boolean {
    const present = this.liveState.get(orchestratorId);
    return present?.isConnected === true && present.registrationNumber > registrationNumber;
  }

  /** The configuration was changed between the read of this registration and its answer: push what it missed. */
  private catchUp(connection: Connection, orchestratorId: string, { epoch }: Registration): void {
    if (epoch === this.configuration.epoch) return;
    this.configuration.reconcile(orchestratorId).catch((error: Error) => {
      // Whoever comes again reads what it should have by now.
      this.logger.warn({ orchestrator_id: orchestratorId }, `configuration not compared: ${error.message}`);
      connection.close(CLOSE_CODES.tryAgainLater, 'register again');
    });
  }

  private tell(
    entry: LiveEntry,
    type: 'orchestrator.connected' | 'orchestrator.disconnected',
    what: string,
    more: { was_abnormal: boolean; drop_reason?: DropReason | null; replaced_by?: string | null },
  ): void {
    const { orchestratorId, organizationId, sessionId, remoteAddress, flag } = entry;
    this.events.publish({
      type,
      organizationId,
      orchestratorId,
      actor: 'orchestrator',
      summary: `${orchestratorId} ${what}.`,
      data: {
        session_id: sessionId,
        remote_address: remoteAddress,
        is_independent: flag.isIndependent,
        ...more,
      },
    });
  }

  private refuseFor(connection: Connection, message: RegisterMessage, error: unknown): void {
    if (error instanceof RegistrationRefused) {
      // What ends by itself would only bury everything else in the activity.
      if (!isTemporary(error.code)) {
        this.refusals.note({
          orchestratorId: message.orchestrator_id,
          organizationId: error.organizationId,
          address: connection.remoteAddress,
          error: error.code,
          detail: error.message,
        });
      }
      this.refuse(connection, error.code, error.message);
    } else {
      if (!isDatabaseUnavailable(error)) this.logger.error({ err: error }, 'registration failed');
      this.refuse(
        connection,
        'unavailable',
        'The controller cannot register anyone right now; try again shortly.',
      );
    }
  }

  private refuse(connection: Connection, error: HandshakeError, detail: string): void {
    this.metrics.registered(error);
    const answer: HandshakeRefused = { type: 'handshake_ack', success: false, error, detail };
    if (isTemporary(error))
      answer.retry_after_ms = RETRY_MIN_MS + Math.floor(Math.random() * RETRY_SPREAD_MS);
    connection.sendMessage(answer);
    connection.close(closeCodeOf(error), error);
  }
}

function isTemporary(error: HandshakeError): boolean {
  return error === 'busy' || error === 'unavailable';
}

function closeCodeOf(error: HandshakeError): number {
  if (isTemporary(error)) return CLOSE_CODES.tryAgainLater;
  return CREDENTIAL_ERRORS.has(error) ? CLOSE_CODES.badCredentials : CLOSE_CODES.registrationRefused;
}

function whatEnded(dropReason: DropReason | undefined, wasAbnormal: boolean): string {
  if (dropReason) return DROPPED[dropReason];
  return wasAbnormal ? 'was lost without a goodbye' : 'has left';
}
