import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  DEFAULT_ORGANIZATION_ID,
  PROTOCOL_VERSION,
  type HandshakeAccepted,
  type OwnConfig,
  type RegisterMessage,
} from '@moolai/contracts';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import {
  ConfigChecker,
  ConfigurationService,
  EffectiveConfigs,
  NO_OWN_CONFIG,
} from '../configuration/index.js';
import { FleetEvents } from '../events/index.js';
import { IndependenceFiles } from '../independence/index.js';
import { RegistrationRefused } from './registration-refused.js';
import {
  RegistrationRepository,
  type RegisteredRow,
  type RegistrationFleet,
  type RegistrationOrganization,
} from './registration.repository.js';

const MAX_BATCH = 500;
/** Who creates what registers in open mode, in the history. */
const BY_ITSELF = 'orchestrator';

/** A registration that is committed. */
export interface Registration {
  row: RegisteredRow;
  handshake: HandshakeAccepted;
  config: { version: number; hash: string; json: string; isUnchanged: boolean };
  /** See {@link ConfigurationService.epoch}. */
  epoch: number;
}

/** One that may come in, with where it belongs. */
interface Admitted {
  message: RegisterMessage;
  organization: RegistrationOrganization;
  isNew: boolean;
}

type Outcome<T> = T | RegistrationRefused;

/** Decides who may register as what, stores it, and says what the orchestrator is answered. */
@Injectable()
export class RegistrationService {
  private readonly queue = new BatchQueue<RegisterMessage, Registration>(MAX_BATCH, (messages) =>
    this.registerAll(messages),
  );

  constructor(
    private readonly repository: RegistrationRepository,
    private readonly files: IndependenceFiles,
    private readonly configuration: ConfigurationService,
    private readonly events: FleetEvents,
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
    return this.queue.add(message.orchestrator_id, message);
  }

  private async registerAll(messages: RegisterMessage[]): Promise<(Registration | Error)[]> {
    const { epoch } = this.configuration;
    const fleet = await this.repository.fleet();
    const outcomes = await this.admitAll(messages);
    const admitted = outcomes.filter(
      (outcome): outcome is Admitted => !(outcome instanceof RegistrationRefused),
    );
    await this.createNew(admitted, fleet);
    const rows = await this.repository.record(admitted, this.clock.now());
    const configs = new Map<string, EffectiveConfigs>();
    const registrations = await Promise.allSettled(
      outcomes.map(async (outcome) => {
        if (outcome instanceof RegistrationRefused) throw outcome;
        const row = rows.get(outcome.message.orchestrator_id);
        if (!row) throw new RegistrationRefused('unavailable', 'It was changed meanwhile; try again.');
        const { organization } = outcome;
        let computer = configs.get(organization.organization_id);
        if (!computer) {
          computer = new EffectiveConfigs(fleet.defaults, organization.settings);
          configs.set(organization.organization_id, computer);
        }
        const config = await this.configOf(row, computer, outcome);
        return { row, epoch, config, handshake: this.handshake(row) };
      }),
    );
    // One that is deleted at this very moment must not take the others down with it.
    return registrations.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
  }

  /** Finds where each belongs; organizations that are new are created. */
  private async admitAll(messages: RegisterMessage[]): Promise<Outcome<Admitted>[]> {
    const known = await this.repository.organizationsOf(messages.map((message) => message.orchestrator_id));
    const unknown = messages.filter((message) => !known.has(message.orchestrator_id));
    const wanted = new Set(unknown.map((message) => message.organization_id ?? DEFAULT_ORGANIZATION_ID));
    const { organizations, created } =
      wanted.size > 0
        ? await this.repository.ensureOrganizations([...wanted])
        : { organizations: new Map<string, RegistrationOrganization>(), created: [] };
    for (const organizationId of created) {
      const summary = `Organization ${organizationId} was created by a registration.`;
      this.events.publish({ type: 'organization.created', organizationId, actor: BY_ITSELF, summary });
    }
    return messages.map((message) => {
      const mine = known.get(message.orchestrator_id);
      const organization = mine ?? organizations.get(message.organization_id ?? DEFAULT_ORGANIZATION_ID);
      return admit(message, organization, mine === undefined);
    });
  }

  private async createNew(admitted: Admitted[], fleet: RegistrationFleet): Promise<void> {
    const newcomers = admitted.filter(({ isNew }) => isNew);
    if (newcomers.length === 0) return;
    const checker = new ConfigChecker(fleet.schemas);
    const rows = newcomers.map(({ message, organization }) => {
      const configs = new EffectiveConfigs(fleet.defaults, organization.settings);
      const { own, configHash } = firstConfig(message, configs, checker);
      const remembered = this.files.remembered(message.orchestrator_id);
      const isIndependent = remembered ?? organization.is_independent;
      const source = remembered === undefined ? ('organization' as const) : ('own' as const);
      return {
        orchestratorId: message.orchestrator_id,
        name: message.orchestrator_id,
        organizationId: organization.organization_id,
        organizationName: organization.name,
        own,
        configHash,
        fleetRevision: fleet.revision,
        organizationRevision: organization.settings_revision,
        isIndependent,
        independenceSource: isIndependent ? source : null,
        switchedBy: remembered === undefined ? null : 'files',
      };
    });
    const created = new Set(await this.repository.create(rows, BY_ITSELF));
    for (const { message, organization } of newcomers) {
      const { orchestrator_id: orchestratorId } = message;
      if (!created.has(orchestratorId)) continue;
      this.events.publish({
        type: 'orchestrator.created',
        organizationId: organization.organization_id,
        orchestratorId,
        actor: BY_ITSELF,
        summary: `${orchestratorId} has registered for the first time.`,
      });
    }
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
    // A newcomer's number is another controller's; whoever tells the hash too is taken at its word.
    const isSame = message.config_version === version && (message.config_hash ?? hash) === hash;
    return { version, hash, json, isUnchanged: isSame && !isNew };
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

/**
 * A newcomer's own configuration: the features that it brings. Those that may not be saved are left out,
 * for with them every later change of its organization would be refused.
 */
function firstConfig(
  { features = {} }: RegisterMessage,
  configs: EffectiveConfigs,
  checker: ConfigChecker,
): { own: OwnConfig; configHash: string } {
  const brought = { ...NO_OWN_CONFIG, features };
  const own = checker.levelComplaints(configs.of(brought)).length === 0 ? brought : NO_OWN_CONFIG;
  return { own, configHash: configs.of(own).hash };
}

/** Lets a registration in, or says why not. */
function admit(
  message: RegisterMessage,
  organization: RegistrationOrganization | undefined,
  isNew: boolean,
): Outcome<Admitted> {
  if (!organization) return new RegistrationRefused('unavailable', 'The organization was deleted meanwhile.');
  const { organization_id: wanted = organization.organization_id } = message;
  if (wanted !== organization.organization_id) {
    const detail = `Orchestrator "${message.orchestrator_id}" belongs to another organization than "${wanted}".`;
    return new RegistrationRefused('organization_mismatch', detail);
  }
  if (!organization.is_active) {
    return new RegistrationRefused('organization_inactive', `Organization "${wanted}" is deactivated.`);
  }
  return { message, organization, isNew };
}
