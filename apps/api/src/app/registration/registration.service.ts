import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  DEFAULT_ORGANIZATION_ID,
  PROTOCOL_VERSION,
  type HandshakeAccepted,
  type HandshakeError,
  type ProvisioningMessage,
  type RegisterMessage,
} from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { configHash, ControllerConfigFile, effectiveConfig } from '../configuration/index.js';
import { IndependenceFiles } from '../independence/index.js';
import {
  RegistrationRepository,
  type RegisteredRow,
  type RegistrationOrganization,
} from './registration.repository.js';

/** A registration that is not accepted, with the error of the handshake. */
export class RegistrationRefused extends Error {
  constructor(
    readonly code: HandshakeError,
    detail: string,
  ) {
    super(detail);
  }
}

/** A registration that is committed. */
export interface Registration {
  row: RegisteredRow;
  handshake: HandshakeAccepted;
  provisioning: ProvisioningMessage;
}

/** Decides who may register as what, stores it, and says what the orchestrator is answered. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly repository: RegistrationRepository,
    private readonly files: IndependenceFiles,
    private readonly configFile: ControllerConfigFile,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Registers an orchestrator. When this resolves, the registration is in the database.
   * @throws RegistrationRefused with the error to answer
   */
  async register(message: RegisterMessage): Promise<Registration> {
    if (this.settings.orchestratorAuth === 'token') {
      throw new RegistrationRefused(
        'unauthorized',
        'This controller admits orchestrators by credential only, and this one presented none that is valid.',
      );
    }
    const organization = await this.admit(message);
    const row = await this.repository.recordRegistration(message, organization, this.clock.now());
    if (!row)
      throw new RegistrationRefused('unavailable', 'The orchestrator was changed meanwhile; try again.');
    return { row, handshake: this.handshake(row), provisioning: provisioning(row, organization) };
  }

  /** The organization that the orchestrator belongs to from now on; both are created where they are new. */
  private async admit(message: RegisterMessage): Promise<RegistrationOrganization> {
    const known = await this.repository.organizationOf(message.orchestrator_id);
    const wanted = message.organization_id ?? known?.organization_id ?? DEFAULT_ORGANIZATION_ID;
    if (known && known.organization_id !== wanted) {
      throw new RegistrationRefused(
        'organization_mismatch',
        `Orchestrator "${message.orchestrator_id}" belongs to another organization than "${wanted}".`,
      );
    }
    const organization = known ?? (await this.repository.ensureOrganization(wanted));
    if (!organization)
      throw new RegistrationRefused('unavailable', 'The organization was deleted meanwhile.');
    if (!organization.is_active) {
      throw new RegistrationRefused('organization_inactive', `Organization "${wanted}" is deactivated.`);
    }
    if (!known) {
      const remembered = this.files.remembered(message.orchestrator_id);
      await this.repository.create(message.orchestrator_id, organization, remembered, message.features ?? {});
      this.configFile.changed();
    }
    return organization;
  }

  private handshake(row: RegisteredRow): HandshakeAccepted {
    return {
      type: 'handshake_ack',
      success: true,
      orchestrator_id: row.orchestrator_id,
      organization_id: row.organization_id,
      is_independent: row.is_independent,
      session_id: randomUUID(),
      heartbeat_interval_sec: this.settings.heartbeatIntervalSec,
      heartbeat_ttl_sec: this.settings.heartbeatTtlSec,
      server_time: this.clock.now().toISOString(),
      protocol_version: PROTOCOL_VERSION,
    };
  }
}

function provisioning(row: RegisteredRow, organization: RegistrationOrganization): ProvisioningMessage {
  const config = effectiveConfig(organization.defaults, organization.settings, {
    features: row.features,
    session_config: row.session_config,
    privacy_mode: row.privacy_mode,
    monitoring_enabled: row.monitoring_enabled,
    phoenix_endpoint: row.phoenix_endpoint,
  });
  return {
    type: 'provisioning',
    orchestrator_id: row.orchestrator_id,
    config_version: row.config_version,
    config_hash: configHash(config),
    config,
  };
}
