/** Body of `PUT /api/v1/internal/orchestrators/:id/independence`. */
export interface SetIndependenceRequest {
  is_independent: boolean;
}

/** Answer of the switch: which of the three places hold the new value (contract section 4). */
export interface IndependenceResult {
  orchestrator_id: string;
  is_independent: boolean;
  persisted: { database: boolean; env_file: boolean; json_file: boolean };
}
