import type { IndependenceSource } from './orchestrators.js';

/** Why independence is on, and for how long. */
export interface IndependenceLease {
  /** Reason, kept in the history; null if none was given. */
  reason: string | null;
  /** When independence ends automatically, ISO 8601; null for never. */
  expires_at: string | null;
}

/** Body of `PUT /api/v1/internal/orchestrators/:id/independence`. */
export interface SetIndependenceRequest {
  is_independent: boolean;
  /**
   * Only allowed when switching on. If omitted, an orchestrator that is already independent keeps its reason; null
   * clears it.
   */
  reason?: string | null;
  /** ISO 8601, in the future; only allowed when switching on. Omitted and null work as for `reason`. */
  expires_at?: string | null;
}

/** The same for one orchestrator. */
export interface SetOrchestratorIndependenceRequest extends SetIndependenceRequest {
  /** Source of the independence, for an undo. Defaults to `own` if something changes. */
  source?: IndependenceSource | null;
  /** If true, an orchestrator that is already independent stays as it is, whatever `reason` and `expires_at` say. */
  keep_lease?: boolean;
}

/** The independence of an orchestrator at one moment. */
export interface IndependenceState extends IndependenceLease {
  is_independent: boolean;
  /** Null while the orchestrator is managed. */
  source: IndependenceSource | null;
}

/**
 * Which of the three places hold the new value durably (contract section 4). A file that does not hold it is written
 * again until it does.
 */
export interface IndependencePersisted {
  database: boolean;
  env_file: boolean;
  json_file: boolean;
}

/** Answer of an independence switch. */
export interface IndependenceResult {
  orchestrator_id: string;
  is_independent: boolean;
  /** False if the orchestrator already had this value: nothing was written and the history has no entry. */
  changed: boolean;
  /** The state before the switch. Sent as a request, it undoes the switch. */
  previous: IndependenceState;
  persisted: IndependencePersisted;
}

/** Body of `PUT /api/v1/internal/organizations/:id/independence`. */
export interface SetOrganizationIndependenceRequest extends SetIndependenceRequest {
  /**
   * If true, existing orchestrators are switched too: on, all that are managed; off, those whose independence comes
   * from the organization. Otherwise only orchestrators that register later are affected.
   */
  apply_to_existing?: boolean;
}

/** An orchestrator that was switched together with its organization. */
export interface SwitchedOrchestrator {
  orchestrator_id: string;
  /** The state before the switch. Sent as a request for this orchestrator, it undoes its switch. */
  previous: IndependenceState;
}

/** The independence of an organization at one moment. */
export interface OrganizationIndependenceState extends IndependenceLease {
  is_independent: boolean;
}

/** Answer of an organization's independence switch. */
export interface OrganizationIndependenceResult {
  organization_id: string;
  is_independent: boolean;
  orchestrators_changed: number;
  /** The organization's state before the switch. Sent as a request, it undoes the organization's own switch. */
  previous: OrganizationIndependenceState;
  /** The orchestrators that were switched with the organization. */
  switched: SwitchedOrchestrator[];
  persisted: IndependencePersisted;
}

/** Incidents that would have been raised if the orchestrator had been managed. */
export const INDEPENDENCE_OBSERVATIONS = [
  'link_lost',
  'link_back',
  'ttl_exceeded',
  'heartbeats_back',
] as const;
export type IndependenceObservationKind = (typeof INDEPENDENCE_OBSERVATIONS)[number];

/** One observation during independence. */
export interface IndependenceObservation {
  at: string;
  kind: IndependenceObservationKind;
  detail: string;
}

/** One lease of independence. */
export interface IndependenceGrant extends IndependenceLease {
  id: number;
  source: IndependenceSource;
  started_at: string;
  started_by: string;
  /** Null while it lasts. */
  ended_at: string | null;
  /** `system` if the lease expired. */
  ended_by: string | null;
  /** The newest 100 at most, oldest first. */
  observations: IndependenceObservation[];
}
