import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PROTOCOL_VERSION, type HandshakeAccepted } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { ConfigurationService, type EffectiveConfigs } from '../configuration/index.js';
import { CredentialWatch } from '../credentials/index.js';
import type { Admittance } from './authentication.js';
import type { Admitted } from './identification.js';
import type { RegisteredRow } from './registration.repository.js';

/** Numbers of changes that a registration may have missed if they increase before it is answered. */
export interface Epochs {
  /** See {@link ConfigurationService.epoch}. */
  epoch: number;
  /** See {@link CredentialWatch.epoch}. */
  credentialEpoch: number;
}

interface RegisteredConfig {
  version: number;
  hash: string;
  json: string;
  /** True if the orchestrator reported this version. */
  isUnchanged: boolean;
}

/** A registration that is committed. */
export interface Registration extends Epochs {
  row: RegisteredRow;
  handshake: HandshakeAccepted;
  config: RegisteredConfig;
  isAuthenticated: boolean;
  /** Hash of the credential in the handshake. */
  credentialOffer: Buffer | null;
}

/** Builds the answer to a stored registration: the handshake and the configuration. */
@Injectable()
export class RegistrationAnswers {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly credentialWatch: CredentialWatch,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The present epochs, to be read before the database is. */
  currentEpochs(): Epochs {
    return { epoch: this.configuration.epoch, credentialEpoch: this.credentialWatch.epoch };
  }

  async answer(
    row: RegisteredRow,
    configs: EffectiveConfigs,
    admitted: Admitted,
    { isAuthenticated, issued }: Admittance,
    epochs: Epochs,
  ): Promise<Registration> {
    const config = await this.configOf(row, configs, admitted);
    const handshake = this.handshake(row, issued?.secret);
    return { row, ...epochs, config, handshake, isAuthenticated, credentialOffer: issued?.hash ?? null };
  }

  /** The desired configuration. A row that plain SQL changed first gets a new version. */
  private async configOf(
    row: RegisteredRow,
    configs: EffectiveConfigs,
    { message, isNew }: Admitted,
  ): Promise<RegisteredConfig> {
    const { features, session_config, privacy_mode, monitoring_enabled, phoenix_endpoint } = row;
    let computed = configs.of({
      features,
      session_config,
      privacy_mode,
      monitoring_enabled,
      phoenix_endpoint,
    });
    let version = row.config_version;
    if (computed.hash !== row.config_hash) {
      ({ configVersion: version, computed } = await this.configuration.reconcile(row.orchestrator_id));
    }
    const { hash, json } = computed;
    // A new orchestrator's version number belongs to another controller, unless it reports the hash too.
    const isSame = message.config_version === version && (message.config_hash ?? hash) === hash;
    return { version, hash, json, isUnchanged: isSame && !isNew };
  }

  private handshake(row: RegisteredRow, credential: string | undefined): HandshakeAccepted {
    return {
      type: 'handshake_ack',
      success: true,
      orchestrator_id: row.orchestrator_id,
      organization_id: row.organization_id,
      is_independent: row.is_independent,
      session_id: randomUUID(),
      instance_id: this.settings.instanceId,
      heartbeat_interval_sec: this.settings.heartbeatIntervalSec,
      heartbeat_ttl_sec: this.settings.heartbeatTtlSec,
      server_time: this.clock.now().toISOString(),
      protocol_version: PROTOCOL_VERSION,
      ...(credential === undefined ? {} : { credential }),
    };
  }
}
