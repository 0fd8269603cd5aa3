import { Injectable } from '@nestjs/common';
import { configStatusOf, type OrchestratorConfig, type OrganizationSettings } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import { NotFoundError } from '../../platform/errors/app-error.js';
import { ConfigurationStateRepository, type ConfigState } from './configuration-state.repository.js';
import { effectiveConfig } from './effective-config.js';

/** The reported configuration of an orchestrator. */
function reported(state: ConfigState): OrchestratorConfig['reported'] {
  const status = configStatusOf(state);
  const base = { config_version: state.reportedVersion, status };
  if (status === 'pending') return { ...base, detail: null, at: null, pending_since: state.changedAt };
  return { ...base, detail: state.ackDetail, at: state.ackAt, pending_since: null };
}

/** Reads current configurations. */
@Injectable()
export class ConfigurationState {
  constructor(private readonly repository: ConfigurationStateRepository) {}

  /** @throws NotFoundError */
  async of(orchestratorId: string, scope: Scope): Promise<ConfigState> {
    const state = await this.repository.state(orchestratorId, scope);
    if (!state) throw new NotFoundError('orchestrator', orchestratorId);
    return state;
  }

  /** @throws NotFoundError */
  async current(orchestratorId: string, scope: Scope): Promise<OrchestratorConfig> {
    const state = await this.of(orchestratorId, scope);
    return {
      orchestrator_id: orchestratorId,
      config_version: state.configVersion,
      config_hash: state.configHash,
      config: effectiveConfig(state.defaults, state.settings, state.own),
      own: state.own,
      changed_at: state.changedAt,
      reported: reported(state),
    };
  }

  /** @throws NotFoundError */
  async settings(organizationId: string, scope: Scope): Promise<OrganizationSettings> {
    const present = await this.repository.settings(organizationId, scope);
    if (!present) throw new NotFoundError('organization', organizationId);
    return { organization_id: organizationId, ...present };
  }
}
