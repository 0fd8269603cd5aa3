import { Injectable } from '@nestjs/common';
import type { OwnConfig, RegisterMessage } from '@moolai/contracts';
import type { Transaction } from '../../platform/database/transactions.js';
import { ConfigChecker, EffectiveConfigs, newOrchestrator, NO_OWN_CONFIG } from '../configuration/index.js';
import { FleetEvents } from '../events/index.js';
import { IndependenceFiles } from '../independence/index.js';
import { ORCHESTRATOR_ACTOR, type Admitted } from './identification.js';
import { RegistrationRepository, type RegistrationFleet } from './registration.repository.js';

/** Creates orchestrators that register for the first time. */
@Injectable()
export class Newcomers {
  constructor(
    private readonly repository: RegistrationRepository,
    private readonly files: IndependenceFiles,
    private readonly events: FleetEvents,
  ) {}

  /**
   * Creates them, within the transaction if there is one.
   * @returns the ids of those created, because another process may have been faster
   */
  async create(
    newcomers: Admitted[],
    fleet: RegistrationFleet,
    transaction?: Transaction,
  ): Promise<string[]> {
    if (newcomers.length === 0) return [];
    const checker = new ConfigChecker(fleet.schemas);
    const flags = await this.remembered(newcomers);
    const rows = newcomers.map(({ message, organization }) => {
      const configs = new EffectiveConfigs(fleet.defaults, organization.settings);
      const { own, configHash } = firstConfig(message, configs, checker);
      return newOrchestrator({
        orchestratorId: message.orchestrator_id,
        own,
        configHash,
        fleetRevision: fleet.revision,
        organization: {
          organizationId: organization.organization_id,
          name: organization.name,
          isIndependent: organization.is_independent,
          revision: organization.settings_revision,
        },
        rememberedFlag: flags.get(message.orchestrator_id),
      });
    });
    return this.repository.create(rows, ORCHESTRATOR_ACTOR, transaction);
  }

  /** The flags in the files of orchestrators unknown to this database. */
  private async remembered(newcomers: Admitted[]): Promise<Map<string, boolean>> {
    const flags = new Map<string, boolean>();
    for (const { message } of newcomers) {
      const flag = this.files.remembered(message.orchestrator_id);
      if (flag !== undefined) flags.set(message.orchestrator_id, flag);
    }
    // A deleted id starts anew, whatever the files still have.
    for (const id of await this.repository.findUsedIds([...flags.keys()])) flags.delete(id);
    return flags;
  }

  /** Publishes events for the created ones. */
  publishCreated(admitted: Admitted[], created: Set<string>): void {
    for (const { message, organization } of admitted) {
      const { orchestrator_id: orchestratorId } = message;
      if (!created.has(orchestratorId)) continue;
      this.events.publish({
        type: 'orchestrator.created',
        organizationId: organization.organization_id,
        orchestratorId,
        actor: ORCHESTRATOR_ACTOR,
        summary: `${orchestratorId} has registered for the first time.`,
      });
    }
  }
}

/**
 * The initial configuration of a new orchestrator: its reported features, without invalid ones, which would block every
 * later change of its organization.
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
