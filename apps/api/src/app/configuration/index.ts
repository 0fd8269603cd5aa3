export { answerOwnChange, answerSettingsChange } from './change-answers.js';
export { ConfigAcknowledgement } from './config-acknowledgement.js';
export { ConfigChecker, type ConfigSchemas } from './config-limits.js';
export { addRevision, nextRevision } from './config-revisions.repository.js';
export { configStatusSql } from './config-status.repository.js';
export type { ConfigurationChange } from './configuration-change.js';
export type {
  Attribution,
  ChangeableLevel,
  FleetContent,
  FleetLevel,
  OrganizationLevel,
} from './configuration-levels.js';
export { ConfigurationModule } from './configuration.module.js';
export { ConfigurationService } from './configuration.service.js';
export { ConfigurationState } from './configuration-state.js';
export { configFrame, MAX_SINGLE_EVENTS } from './config.pusher.js';
export { BUILT_IN_CONFIG, effectiveConfig, mergePatch, NO_OWN_CONFIG, ownPatch } from './effective-config.js';
export { EffectiveConfigs } from './effective-configs.js';
export { FILES, newOrchestrator, type NewOrchestrator } from './new-orchestrator.js';
export { createOrchestrators, findUsedIds } from './orchestrator-creation.repository.js';
