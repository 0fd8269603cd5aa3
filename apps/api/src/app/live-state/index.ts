export { HeartbeatWriter } from './heartbeat.writer.js';
export { IndependenceFlags } from './independence-flags.js';
export { IndependenceListener, type AnnouncedSwitch } from './independence.listener.js';
export { LiveStateRepository, type LiveRow } from './live-state.repository.js';
export type { IndependenceFlag, LiveEntry, OrchestratorLink } from './live-orchestrator.js';
export { LiveStateModule } from './live-state.module.js';
export { LiveStateService } from './live-state.service.js';
export { PendingWrites } from './pending-writes.js';
export type { DerivedStatus, Probe } from './orchestrator-status.js';
