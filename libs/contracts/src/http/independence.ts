import type { IndependenceSource } from './orchestrators.js';

/** Why independence is on, and for how long. */
export interface IndependenceLease {
  /** For the history; null when nobody said. */
  reason: string | null;
  /** When it ends by itself, ISO 8601; null for never. */
  expires_at: string | null;
}

/** Body of `PUT /api/v1/internal/orchestrators/:id/independence`. */
export interface SetIndependenceRequest {
  is_independent: boolean;
  /** Only when it is switched on. Left out: one that is independent already keeps its own; null: none. */
  reason?: string | null;
  /** ISO 8601, in the future; only when it is switched on. Left out and null as with `reason`. */
  expires_at?: string | null;
}

/** The same for one orchestrator. */
export interface SetOrchestratorIndependenceRequest extends SetIndependenceRequest {
  /** Where the independence comes from, for an undo; `own` when it is left out and something changes. */
  source?: IndependenceSource | null;
  /** One that is independent already stays as it is, whatever `reason` and `expires_at` say. */
  keep_lease?: boolean;
}

/** The independence of an orchestrator at one moment. */
export interface IndependenceState extends IndependenceLease {
  is_independent: boolean;
  /** Null while it is managed. */
  source: IndependenceSource | null;
}

/**
 * Which of the three places hold the new value durably (contract section 4). A file that does not is written again
 * and again until it does.
 */
export interface IndependencePersisted {
  database: boolean;
  env_file: boolean;
  json_file: boolean;
}

/** Answer of the switch. */
export interface IndependenceResult {
  orchestrator_id: string;
  is_independent: boolean;
  /** False when it was so already: then nothing was written, and the history has no entry. */
  changed: boolean;
  /** What it was before; sent as a request, it undoes the switch. */
  previous: IndependenceState;
  persisted: IndependencePersisted;
}

/** Body of `PUT /api/v1/internal/organizations/:id/independence`. */
export interface SetOrganizationIndependenceRequest extends SetIndependenceRequest {
  /**
   * Also switches the orchestrators that there are: on, all that are managed; off, those whose
   * independence comes from the organization. Without it, only those that register later are concerned.
   */
  apply_to_existing?: boolean;
}

/** An orchestrator that was switched with its organization. */
export interface SwitchedOrchestrator {
  orchestrator_id: string;
  /** What it was before; sent as a request for it, it undoes its switch. */
  previous: IndependenceState;
}

/** The independence of an organization at one moment. */
export interface OrganizationIndependenceState extends IndependenceLease {
  is_independent: boolean;
}

/** Answer of the switch of an organization. */
export interface OrganizationIndependenceResult {
  organization_id: string;
  is_independent: boolean;
  orchestrators_changed: number;
  /** What the organization was before; sent as a request, it undoes its own switch. */
  previous: OrganizationIndependenceState;
  /** The orchestrators that were switched with it. */
  switched: SwitchedOrchestrator[];
  persisted: IndependencePersisted;
}

/** What would have been noticed while independence was on. */
export const INDEPENDENCE_OBSERVATIONS = [
  'link_lost',
  'link_back',
  'ttl_exceeded',
  'heartbeats_back',
] as const;
export type IndependenceObservationKind = (typeof INDEPENDENCE_OBSERVATIONS)[number];

/** One such thing. */
export interface IndependenceObservation {
  at: string;
  kind: IndependenceObservationKind;
  detail: string;
}

/** One time of independence. */
export interface IndependenceGrant extends IndependenceLease {
  id: number;
  source: IndependenceSource;
  started_at: string;
  started_by: string;
  /** Null while it is on. */
  ended_at: string | null;
  /** `system` when it ended by itself. */
  ended_by: string | null;
  /** Oldest first, at most the newest 100. */
  observations: IndependenceObservation[];
}
