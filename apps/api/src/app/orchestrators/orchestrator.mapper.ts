import {
  configStatusOf,
  SECRET_MASK,
  type ConfigFacts,
  type CredentialState,
  type Orchestrator,
  type OrchestratorDetail,
} from '@moolai/contracts';
import type { DerivedStatus, KnownOrchestrator } from '../live-state/index.js';
import type { OrchestratorEntity } from './orchestrator.entity.js';

function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

/**
 * What is known about its configuration. An acknowledgement in memory is newer than the row, unless the row has one of a
 * newer version: then it was late, and is not stored.
 */
function configFacts(row: OrchestratorEntity, live: KnownOrchestrator | undefined): ConfigFacts {
  const stored = {
    configVersion: row.configVersion,
    reportedVersion: row.reportedConfigVersion,
    ackVersion: row.configAckVersion,
    ackStatus: row.configAckStatus,
  };
  const ack = live?.configAck;
  if (!ack || ack.config_version < (row.configAckVersion ?? 0)) return stored;
  return {
    configVersion: row.configVersion,
    reportedVersion: ack.status === 'applied' ? ack.config_version : row.reportedConfigVersion,
    ackVersion: ack.config_version,
    ackStatus: ack.status,
  };
}

/** Memory takes precedence, because the row may be behind. */
function lastSeen(row: OrchestratorEntity, live: KnownOrchestrator | undefined): string | null {
  return live?.lastSeenMs ? new Date(live.lastSeenMs).toISOString() : iso(row.lastSeen);
}

/** A quarantine is the main reason for a disconnected orchestrator. */
function statusReason(row: OrchestratorEntity, derived: DerivedStatus): string {
  if (row.quarantinedAt === null) return derived.reason;
  const why = row.quarantineReason ?? 'No reason was given.';
  return `It is quarantined until an administrator releases it. ${why}`;
}

/** An orchestrator as lists show it, from its row and memory. Contains no secrets. */
export function toOrchestrator(
  row: OrchestratorEntity,
  live: KnownOrchestrator | undefined,
  derived: DerivedStatus,
): Orchestrator {
  const isIndependent = live?.flag.isIndependent ?? row.isIndependent;
  const facts = configFacts(row, live);
  return {
    orchestrator_id: row.orchestratorId,
    organization_id: row.organizationId,
    organization_name: row.organizationName,
    name: row.name,
    status: derived.status,
    status_reason: statusReason(row, derived),
    is_independent: isIndependent,
    independence_source: isIndependent ? (row.independenceSource ?? 'own') : null,
    independence_since: isIndependent ? iso(row.independenceUpdatedAt ?? row.createdAt) : null,
    independence_by: isIndependent ? row.independenceUpdatedBy : null,
    independence_reason: isIndependent ? row.independenceReason : null,
    independence_expires_at: isIndependent ? iso(row.independenceExpiresAt) : null,
    quarantined_at: iso(row.quarantinedAt),
    quarantine_reason: row.quarantineReason,
    connected: live?.isConnected ?? false,
    last_seen: lastSeen(row, live),
    last_activity: iso(row.lastActivity),
    health_status: row.healthStatus,
    features: row.features,
    session_config: row.sessionConfig,
    privacy_mode: row.privacyMode ?? false,
    internal_url: row.internalUrl,
    image_name: row.imageName,
    container_id: row.containerId,
    phoenix_endpoint: row.phoenixEndpoint,
    monitoring_enabled: row.monitoringEnabled ?? false,
    admin_email: row.adminEmail,
    support_email: row.supportEmail,
    website: row.website,
    labels: row.labels,
    version: row.version,
    config_version: row.configVersion,
    reported_config_version: facts.reportedVersion,
    config_status: configStatusOf(facts),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** The same with masked secrets, which show whether a value is set. */
export function toOrchestratorDetail(
  row: OrchestratorEntity,
  live: KnownOrchestrator | undefined,
  derived: DerivedStatus,
  credential: CredentialState,
): OrchestratorDetail {
  const names = Object.keys(row.environmentVariables);
  return {
    ...toOrchestrator(row, live, derived),
    connection: live?.isConnected
      ? {
          connected_at: new Date(live.connectedAtMs).toISOString(),
          session_id: live.sessionId,
          remote_address: live.remoteAddress,
          instance_id: live.instanceId,
        }
      : null,
    database_url: row.databaseUrl === null ? null : SECRET_MASK,
    redis_url: row.redisUrl === null ? null : SECRET_MASK,
    environment_variables: Object.fromEntries(names.map((name) => [name, SECRET_MASK])),
    credential,
  };
}
