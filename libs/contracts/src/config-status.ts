import type { ConfigStatus } from './http/configuration.js';

/** What is known about the configuration of an orchestrator. */
export interface ConfigFacts {
  /** The version that it should have. */
  configVersion: number;
  /** The version that it last said it has; null before it said so. */
  reportedVersion: number | null;
  /** The version that it last acknowledged; null before the first acknowledgement. */
  ackVersion: number | null;
  ackStatus: 'applied' | 'failed' | null;
}

/**
 * Whether an orchestrator has applied the configuration that it should have. Only an acknowledgement of this very version
 * decides; an orchestrator that has applied it and registered with another version since must apply it again. The API has
 * the same rule in SQL.
 */
export function configStatusOf({
  configVersion,
  reportedVersion,
  ackVersion,
  ackStatus,
}: ConfigFacts): ConfigStatus {
  if (ackVersion !== configVersion || ackStatus === null) return 'pending';
  const hasAnother = reportedVersion !== null && reportedVersion !== configVersion;
  return ackStatus === 'applied' && hasAnother ? 'pending' : ackStatus;
}
