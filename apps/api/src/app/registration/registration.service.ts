import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PROTOCOL_VERSION, type HandshakeAccepted, type RegisterMessage } from '@moolai/contracts';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { ConfigurationService, EffectiveConfigs } from '../configuration/index.js';
import { CredentialWatch } from '../credentials/index.js';
import { Authentication } from './authentication.js';
import { Identification, type Admitted, type Attempt } from './identification.js';
import { Newcomers } from './newcomers.js';
import { RegistrationRefused } from './registration-refused.js';
import { RegistrationRepository, type RegisteredRow } from './registration.repository.js';

const MAX_BATCH = 500;

/** A registration that is committed. */
export interface Registration {
  row: RegisteredRow;
  handshake: HandshakeAccepted;
  config: { version: number; hash: string; json: string; isUnchanged: boolean };
  /** See {@link ConfigurationService.epoch}. */
  epoch: number;
  /** See {@link CredentialWatch.epoch}. */
  credentialEpoch: number;
  isAuthenticated: boolean;
  /** Hash of the credential in the handshake. */
  credentialOffer: Buffer | null;
}

/** The other end of the connection that a registration comes from. */
export interface RegistrationPeer {
  readonly remoteAddress: string;
  /** The bearer token of its upgrade. */
  readonly bearer?: string | undefined;
}

/** Decides who may register as what, stores it, and says what the orchestrator is answered. */
@Injectable()
export class RegistrationService {
  private readonly queue = new BatchQueue<Attempt, Registration>(MAX_BATCH, (attempts) =>
    this.registerAll(attempts),
  );

  constructor(
    private readonly repository: RegistrationRepository,
    private readonly identification: Identification,
    private readonly authentication: Authentication,
    private readonly credentialWatch: CredentialWatch,
    private readonly newcomers: Newcomers,
    private readonly configuration: ConfigurationService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Registers an orchestrator. When this resolves, the registration is in the database.
   * @param peer the connection; its bearer token is used if the message has no token
   * @throws RegistrationRefused with the error to answer
   */
  async register(
    message: RegisterMessage,
    { bearer, remoteAddress }: RegistrationPeer,
  ): Promise<Registration> {
    return this.queue.add(message.orchestrator_id, {
      message,
      secret: message.token ?? bearer,
      address: remoteAddress,
    });
  }

  private async registerAll(attempts: Attempt[]): Promise<(Registration | Error)[]> {
    const { epoch } = this.configuration;
    const { epoch: credentialEpoch } = this.credentialWatch;
    const fleet = await this.repository.fleet();
    const outcomes = await this.identification.identify(attempts);
    const admitted = outcomes.filter((outcome): outcome is Admitted => !isRefused(outcome));
    const openNewcomers = admitted.filter(({ isNew, verdict }) => isNew && verdict.kind === 'open');
    const created = await this.newcomers.create(openNewcomers, fleet);
    const grants = await this.authentication.grant(admitted, async (newcomers, transaction) => {
      const enrolled = await this.newcomers.create(newcomers, fleet, transaction);
      created.push(...enrolled);
      return enrolled;
    });
    // Only now, when the transaction of those that enrolled is committed.
    this.newcomers.publishCreated(admitted, new Set(created));
    const granted = admitted.filter(({ message }) => !isRefused(grants.get(message.orchestrator_id)));
    const rows =
      granted.length > 0
        ? await this.repository.record(granted, this.clock.now())
        : new Map<string, RegisteredRow>();
    const configs = new Map<string, EffectiveConfigs>();
    const registrations = await Promise.allSettled(
      outcomes.map(async (outcome) => {
        if (isRefused(outcome)) throw outcome;
        const { organization, message } = outcome;
        const grant = grants.get(message.orchestrator_id);
        if (isRefused(grant)) throw grant;
        const row = rows.get(message.orchestrator_id);
        if (!row || !grant)
          throw new RegistrationRefused('unavailable', 'It was changed in the meantime; try again.');
        let computer = configs.get(organization.organization_id);
        if (!computer) {
          computer = new EffectiveConfigs(fleet.defaults, organization.settings);
          configs.set(organization.organization_id, computer);
        }
        const config = await this.configOf(row, computer, outcome);
        const { isAuthenticated, issued } = grant;
        const handshake = this.handshake(row, issued?.secret);
        const credentialOffer = issued?.hash ?? null;
        return { row, epoch, credentialEpoch, config, handshake, isAuthenticated, credentialOffer };
      }),
    );
    // One that is deleted at this very moment must not take the others down with it.
    return registrations.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
  }

  /** What it should run with. Rows that were changed by plain SQL get a version of their own first. */
  private async configOf(
    row: RegisteredRow,
    configs: EffectiveConfigs,
    { message, isNew }: Admitted,
  ): Promise<Registration['config']> {
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
      heartbeat_interval_sec: this.settings.heartbeatIntervalSec,
      heartbeat_ttl_sec: this.settings.heartbeatTtlSec,
      server_time: this.clock.now().toISOString(),
      protocol_version: PROTOCOL_VERSION,
      ...(credential === undefined ? {} : { credential }),
    };
  }
}

function isRefused(outcome: unknown): outcome is RegistrationRefused {
  return outcome instanceof RegistrationRefused;
}
