import type { Capability, RegisterMessage } from '@moolai/contracts';
import type { OrchestratorClientOptions } from './client-options.js';

/** The applied configuration; empty if there is none yet. */
export type ReportedConfig = Pick<RegisterMessage, 'config_version' | 'config_hash'>;

/** The parts of a registration that are not options of the client. */
export interface RegistrationState {
  reported: ReportedConfig;
  /** The credential or token to present; undefined for none. */
  token: string | undefined;
  /** True if it can store new credentials. */
  canRotate: boolean;
}

/** Creates the first message of a connection (contract section 3, `register`). */
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
