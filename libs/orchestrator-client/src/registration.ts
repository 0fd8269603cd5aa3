import type { RegisterMessage } from '@moolai/contracts';
import type { OrchestratorClientOptions } from './client-options.js';

/** What the orchestrator runs with; empty when it has no configuration yet. */
export type ReportedConfig = Pick<RegisterMessage, 'config_version' | 'config_hash'>;

/** The first message of a connection (contract section 3, `register`). */
export function registration(options: OrchestratorClientOptions, reported: ReportedConfig): RegisterMessage {
  const { orchestratorId, organizationId, name, version, labels, features, metadata, token } = options;
  return {
    type: 'register',
    orchestrator_id: orchestratorId,
    capabilities: options.onMessage ? ['message_ack'] : [],
    ...(organizationId ? { organization_id: organizationId } : {}),
    ...(name ? { name } : {}),
    ...(version ? { version } : {}),
    ...(labels ? { labels } : {}),
    ...(features ? { features } : {}),
    ...(metadata ? { metadata } : {}),
    ...(token ? { token } : {}),
    ...reported,
  };
}
