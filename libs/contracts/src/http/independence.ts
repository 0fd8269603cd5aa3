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
  /** Only when it is switched on. */
  reason?: string;
  /** ISO 8601, in the future; only when it is switched on. */
  expires_at?: string;
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

/** Answer of the switch of an organization. */
export interface OrganizationIndependenceResult {
  organization_id: string;
  is_independent: boolean;
  orchestrators_changed: number;
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
