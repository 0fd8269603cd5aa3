import { Inject, Injectable } from '@nestjs/common';
import { CLOSE_CODES } from '@moolai/contracts';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { configFrame, ConfigurationService } from '../configuration/index.js';
import { CredentialWatch } from '../credentials/index.js';
import { DeliveryService } from '../delivery/index.js';
import type { LiveEntry } from '../live-state/index.js';
import type { Registration } from '../registration/index.js';
import type { Connection } from './connection.js';

/**
 * Sends a registered orchestrator what comes first, in this order: the answer to its registration, its configuration,
 * and what changed while it registered. Its messages follow.
 */
@Injectable()
export class Welcome {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly credentialWatch: CredentialWatch,
    private readonly delivery: DeliveryService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  send(connection: Connection, entry: LiveEntry, registration: Registration): void {
    const { handshake, config } = registration;
    const { orchestratorId } = entry;
    // The flag in memory is at least as new as the row.
    connection.sendMessage({ ...handshake, is_independent: entry.flag.isIndependent });
    const { version: configVersion, hash: configHash, json: configJson, isUnchanged } = config;
    const desired = { orchestratorId, configVersion, configHash, configJson };
    connection.send(configFrame('provisioning', desired, { isUnchanged }));
    this.catchUp(connection, orchestratorId, registration);
    this.delivery.connected(entry);
  }

  /** Makes up for changes between the registration's reads and its answer. */
  private catchUp(
    connection: Connection,
    orchestratorId: string,
    { epoch, credentialEpoch }: Registration,
  ): void {
    if (epoch !== this.configuration.epoch) {
      this.configuration.reconcile(orchestratorId).catch((error: Error) => {
        this.logger.warn({ orchestrator_id: orchestratorId }, `configuration not compared: ${error.message}`);
        // With its next registration it gets the present configuration.
        connection.close(CLOSE_CODES.tryAgainLater, 'register again');
      });
    }
    // It may have been deleted, its organization deactivated, or its credential revoked.
    if (credentialEpoch !== this.credentialWatch.epoch) void this.credentialWatch.check([orchestratorId]);
  }
}
