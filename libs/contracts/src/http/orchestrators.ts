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

/** Health as an orchestrator reports it; `status: "error"` makes a connected orchestrator an `error`. */
export type HealthStatus = JsonObject & { status?: string };

/** An orchestrator as lists show it: no secrets. */
export interface Orchestrator {
  orchestrator_id: string;
  organization_id: string;
  organization_name: string | null;
  name: string;
  status: OrchestratorStatus;
  /** One sentence saying why the status is what it is. */
  status_reason: string;
  is_independent: boolean;
  /** `null` while the orchestrator is managed. */
  independence_source: IndependenceSource | null;
  /** Since when, by whom, why and until when; all null while it is managed. */
  independence_since: string | null;
  independence_by: string | null;
  independence_reason: string | null;
  independence_expires_at: string | null;
  /** Since when it may not register, until an administrator releases it; null when it may. */
  quarantined_at: string | null;
  quarantine_reason: string | null;
  /** An open socket that answers pings; true to life for independent orchestrators too. */
  connected: boolean;
  /** Last processed heartbeat or registration; frozen while independent, null before the first one. */
  last_seen: string | null;
  /** Last message of any kind that was stored. */
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
  /** The version of its software that the orchestrator reported. */
  version: string | null;
  /** The configuration it should have; grows with each change. */
  config_version: number;
  /** The configuration it said it has; null before it said so. */
  reported_config_version: number | null;
  /** What became of the configuration that it should have. */
  config_status: ConfigStatus;
  created_at: string;
  updated_at: string;
}

/** The connection that an orchestrator has now. */
export interface OrchestratorConnection {
  connected_at: string;
  /** UUID of the connection. */
  session_id: string;
  remote_address: string;
}

/** A single orchestrator: the list's fields, and the secret ones masked (contract section 2). */
export interface OrchestratorDetail extends Orchestrator {
  /** Null while it is not connected. */
  connection: OrchestratorConnection | null;
  database_url: string | null;
  redis_url: string | null;
  environment_variables: Record<string, string>;
  credential: CredentialState;
}

/** What stands in place of a secret value that exists. */
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
  /** The version of its software, exactly. */
  version?: string;
  config_status?: ConfigStatus;
  /** Whether it has an open connection. */
  connected?: boolean;
  /** Whether it is kept out until an administrator releases it. */
  quarantined?: boolean;
}

/** Query of `GET /api/v1/controller/orchestrators/facets`: the list's filters. */
export type OrchestratorFacetsQuery = Omit<OrchestratorListQuery, 'page' | 'page_size' | 'sort'>;

/** One value that a field has, and how many orchestrators have it. */
export interface FacetValue {
  value: string;
  count: number;
}

/** Most values that one facet lists; those of the most orchestrators. */
export const MAX_FACET_VALUES = 50;

/**
 * How the orchestrators that match are distributed. Each facet leaves its own filter out, so that it
 * counts what choosing another of its values would give.
 */
export interface OrchestratorFacets {
  /** How many match all the filters. */
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

/** One connected orchestrator, answered from memory. */
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
}

/** Answer of `GET /api/v1/controller/orchestrators/live`. */
export interface LiveOrchestrators {
  items: LiveOrchestrator[];
  total: number;
}

/** What an administrator says of an orchestrator. Secrets are written and never read. */
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

/** Body of `POST /api/v1/internal/orchestrators`: it is known before it registers. */
export interface CreateOrchestratorRequest extends OrchestratorDescription, Partial<OwnConfig> {
  orchestrator_id: string;
  /** `org-001` when left out. */
  organization_id?: string;
}

/** Body of `PATCH /api/v1/internal/orchestrators/:id`; null empties a field. */
export type ChangeOrchestratorRequest = OrchestratorDescription;
