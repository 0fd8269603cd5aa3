import { Injectable } from '@nestjs/common';
import { CLOSE_CODES } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import {
  IndependenceFlags,
  IndependenceListener,
  LiveStateService,
  PendingWrites,
  type LiveEntry,
} from '../live-state/index.js';
import type { Registration } from '../registration/index.js';
import type { Connection } from './connection.js';
import { ConnectionRegistry } from './connection.registry.js';
import { Ownership } from './ownership.js';

/** Gives a registered connection its place in memory, from which the newest connection displaces an older one. */
@Injectable()
export class Placement {
  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly liveState: LiveStateService,
    private readonly flags: IndependenceFlags,
    private readonly listener: IndependenceListener,
    private readonly pending: PendingWrites,
    private readonly ownership: Ownership,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps the independence flag in memory until {@link release}. Called before the row is read: a switch that is
   * announced between the read and {@link place} would otherwise be missed.
   */
  reserve(orchestratorId: string): void {
    this.flags.retain(orchestratorId);
  }

  /** Ends one {@link reserve}. */
  release(orchestratorId: string): void {
    this.flags.release(orchestratorId);
  }

  /**
   * Places the connection of a registration and closes the connection that it replaces.
   * @returns undefined when the connection has closed meanwhile, or when a newer one is registered: then it is closed
   */
  place(connection: Connection, registration: Registration, capabilities: string[]): LiveEntry | undefined {
    const { row } = registration;
    const { orchestrator_id: orchestratorId } = row;
    const lastSeenMs = row.last_seen?.getTime() ?? null;
    this.listener.apply(orchestratorId, row.is_independent, row.independence_version, lastSeenMs);
    if (connection.state === 'closed') {
      // The row says "active", but the connection ended before its answer.
      this.pending.statusMayHaveChanged(orchestratorId);
      return undefined;
    }
    if (this.ownership.isOutdated(orchestratorId, row.owner_epoch, connection.registrationNumber)) {
      connection.close(CLOSE_CODES.replaced, 'replaced by a newer connection');
      return undefined;
    }
    const entry = this.entryOf(connection, registration, capabilities);
    connection.entry = entry;
    connection.state = 'registered';
    this.connections.registered(connection);
    const replaced = this.liveState.markHandshake(entry);
    this.ownership.claimed(entry, row.previous_start);
    replaced?.link.close(CLOSE_CODES.replaced, 'replaced by a newer connection');
    return entry;
  }

  private entryOf(
    connection: Connection,
    { row, handshake, config, isAuthenticated, credentialOffer }: Registration,
    capabilities: string[],
  ): LiveEntry {
    return {
      orchestratorId: row.orchestrator_id,
      organizationId: row.organization_id,
      rowId: row.id,
      sessionId: handshake.session_id,
      remoteAddress: connection.remoteAddress,
      instanceId: handshake.instance_id,
      connectedAtMs: this.clock.nowMs(),
      link: connection,
      flag: this.flags.retain(row.orchestrator_id),
      isConnected: true,
      movedTo: null,
      acknowledgesMessages: capabilities.includes('message_ack'),
      isAuthenticated,
      rotatesCredentials: capabilities.includes('credential_rotation'),
      credentialOffer,
      lastSeenMs: row.last_seen?.getTime() ?? 0,
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
      ownerEpoch: row.owner_epoch,
      registrationNumber: connection.registrationNumber,
      tookOverFrom: null,
      processingLine: null,
      shown: null,
      ignoringLine: null,
    };
  }
}
