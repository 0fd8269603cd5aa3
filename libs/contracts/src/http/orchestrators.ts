import type { ConfigStatus, OwnConfig } from './configuration.js';
import type { CredentialState } from './credentials.js';
import type { JsonObject } from '../json.js';
import type { ListQuery } from './envelope.js';

/**
 * The derived status of an orchestrator (contract section 2). It is computed from facts, never written
 * by a client; each status comes with a `status_reason`.
 */
export const ORCHESTRATOR_STATUSES = ['active', 'independent', 'inactive', 'error'] as const;
export type OrchestratorStatus = (typeof ORCHESTRATOR_STATUSES)[number];

/** Where an orchestrator's independence comes from: its own switch or its organization. */
export const INDEPENDENCE_SOURCES = ['own', 'organization'] as const;
export type IndependenceSource = (typeof INDEPENDENCE_SOURCES)[number];

/** Health as reported by an orchestrator. `status: "error"` gives a connected orchestrator the status `error`. */
export type HealthStatus = JsonObject & { status?: string };

/** An orchestrator as lists show it, without secrets. */
export interface Orchestrator {
  orchestrator_id: string;
  organization_id: string;
  organization_name: string | null;
  name: string;
  status: OrchestratorStatus;
  /** One sentence that explains the status. */
  status_reason: string;
  is_independent: boolean;
  /** `null` while the orchestrator is managed. */
  independence_source: IndependenceSource | null;
  /** Start, actor, reason and end of independence; all null while the orchestrator is managed. */
  independence_since: string | null;
  independence_by: string | null;
  independence_reason: string | null;
  independence_expires_at: string | null;
  /** When the quarantine began, during which registrations are refused; null if it is not quarantined. */
  quarantined_at: string | null;
  quarantine_reason: string | null;
  /** True while an open socket answers pings, also for independent orchestrators. */
  connected: boolean;
  /** Time of the last processed heartbeat or registration; frozen while independent, null before the first one. */
  last_seen: string | null;
  /** Time of the last stored message of any kind. */
  last_activity: string | null;
  health_status: HealthStatus;
  features: JsonObject;
  session_config: JsonObject;
  privacy_mode: boolean;
  internal_url: string | null;
  image_name: string | null;
  container_id: string | null;
  phoenix_endpoint: string | null;
  monitoring_enabled: boolean;
  admin_email: string | null;
  support_email: string | null;
  website: string | null;
  labels: Record<string, string>;
  /** The software version that the orchestrator reported. */
  version: string | null;
  /** The desired configuration version; increases with each change. */
  config_version: number;
  /** The configuration version that the orchestrator last reported; null before the first report. */
  reported_config_version: number | null;
  /** Status of the desired configuration. */
  config_status: ConfigStatus;
  created_at: string;
  updated_at: string;
}

/** The current connection of an orchestrator. */
export interface OrchestratorConnection {
  connected_at: string;
  /** UUID of the connection. */
  session_id: string;
  remote_address: string;
  /** The controller instance that holds the connection. */
  instance_id: string;
}

/** A single orchestrator: the list's fields, plus secret ones in masked form (contract section 2). */
export interface OrchestratorDetail extends Orchestrator {
  /** Null while the orchestrator is disconnected. */
  connection: OrchestratorConnection | null;
  database_url: string | null;
  redis_url: string | null;
  environment_variables: Record<string, string>;
  credential: CredentialState;
}

/** Replaces a secret value in answers. */
export const SECRET_MASK = '********';

export const ORCHESTRATOR_SORT_FIELDS = [
  'orchestrator_id',
  'organization_id',
  'name',
  'version',
  'last_seen',
  'last_activity',
  'created_at',
  'updated_at',
] as const;
export type OrchestratorSortField = (typeof ORCHESTRATOR_SORT_FIELDS)[number];

/** Query of `GET /api/v1/controller/orchestrators`. */
export interface OrchestratorListQuery extends ListQuery {
  organization_id?: string;
  status?: OrchestratorStatus;
  /** `key` or `key=value`. */
  label?: string;
  /** The exact version of its software. */
  version?: string;
  config_status?: ConfigStatus;
  /** True for orchestrators with an open connection. */
  connected?: boolean;
  /** True for quarantined orchestrators. */
  quarantined?: boolean;
}

/** Query of `GET /api/v1/controller/orchestrators/facets`: the filters of the list. */
export type OrchestratorFacetsQuery = Omit<OrchestratorListQuery, 'page' | 'page_size' | 'sort'>;

/** One value of a field, and how many orchestrators have it. */
export interface FacetValue {
  value: string;
  count: number;
}

/** Maximum number of values per facet; the most frequent ones are listed. */
export const MAX_FACET_VALUES = 50;

/**
 * Distribution of the matching orchestrators. Each facet ignores its own filter, so that it counts the result of
 * choosing another value.
 */
export interface OrchestratorFacets {
  /** Number of orchestrators that match all filters. */
  total: number;
  statuses: Record<OrchestratorStatus, number>;
  links: { connected: number; disconnected: number };
  admissions: { admitted: number; quarantined: number };
  config_statuses: Record<ConfigStatus, number>;
  organizations: FacetValue[];
  versions: FacetValue[];
  /** Values are `key=value`. */
  labels: FacetValue[];
}

/** One connected orchestrator; answered from memory. */
export interface LiveOrchestrator {
  orchestrator_id: string;
  organization_id: string;
  status: OrchestratorStatus;
  is_independent: boolean;
  connected_at: string;
  last_seen: string | null;
  /** UUID of the connection. */
  session_id: string;
  remote_address: string;
  /** The controller instance that holds the connection. */
  instance_id: string;
}

/** Answer of `GET /api/v1/controller/orchestrators/live`. */
export interface LiveOrchestrators {
  items: LiveOrchestrator[];
  total: number;
}

/** Fields of an orchestrator that an administrator sets. Secrets can be written but not read. */
export interface OrchestratorDescription {
  name?: string;
  labels?: Record<string, string>;
  internal_url?: string | null;
  container_id?: string | null;
  image_name?: string | null;
  admin_email?: string | null;
  support_email?: string | null;
  website?: string | null;
  database_url?: string | null;
  redis_url?: string | null;
  environment_variables?: Record<string, string>;
}

/** Body of `POST /api/v1/internal/orchestrators`: creates an orchestrator before it registers. */
export interface CreateOrchestratorRequest extends OrchestratorDescription, Partial<OwnConfig> {
  orchestrator_id: string;
  /** Defaults to `org-001`. */
  organization_id?: string;
}

/** Body of `PATCH /api/v1/internal/orchestrators/:id`; null clears a field. */
export type ChangeOrchestratorRequest = OrchestratorDescription;
