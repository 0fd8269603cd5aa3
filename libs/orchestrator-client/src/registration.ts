import type { Capability, RegisterMessage } from '@moolai/contracts';
import type { OrchestratorClientOptions } from './client-options.js';

/** What the orchestrator runs with; empty when it has no configuration yet. */
export type ReportedConfig = Pick<RegisterMessage, 'config_version' | 'config_hash'>;

/** What a registration says besides what the client was told. */
export interface RegistrationState {
  reported: ReportedConfig;
  /** What it presents; undefined for nothing. */
  token: string | undefined;
  /** It keeps new credentials. */
  canRotate: boolean;
}

/** The first message of a connection (contract section 3, `register`). */
export function registration(
  options: OrchestratorClientOptions,
  { reported, token, canRotate }: RegistrationState,
): RegisterMessage {
  const { orchestratorId, organizationId, name, version, labels, features, metadata } = options;
  const capabilities: Capability[] = [];
  if (options.onMessage) capabilities.push('message_ack');
  if (canRotate) capabilities.push('credential_rotation');
  return {
    type: 'register',
    orchestrator_id: orchestratorId,
    capabilities,
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
