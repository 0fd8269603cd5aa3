export { fullJitterMs, type BackoffBounds } from './backoff.js';
export type {
  ConfigInfo,
  Disconnected,
  OrchestratorClientEvents,
  OrchestratorClientOptions,
} from './client-options.js';
export { OrchestratorClient } from './orchestrator-client.js';
