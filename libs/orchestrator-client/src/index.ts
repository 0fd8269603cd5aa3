export { fullJitterMs, type BackoffBounds } from './backoff.js';
export type {
  ConfigInfo,
  Disconnected,
  OrchestratorClientEvents,
  OrchestratorClientOptions,
  QueueOptions,
  Report,
  TlsOptions,
} from './client-options.js';
export { NotStoredError, type NotStoredCode } from './not-stored-error.js';
export { OrchestratorClient } from './orchestrator-client.js';
export { StateError } from './state-error.js';
export type { Receipt, Submission } from './submission.js';
export type { SetTimer } from './timer.js';
