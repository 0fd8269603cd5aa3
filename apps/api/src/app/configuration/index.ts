export { ConfigChecker, type ConfigSchemas } from './config-limits.js';
export { ConfigurationModule } from './configuration.module.js';
export { ConfigurationService } from './configuration.service.js';
export { ControllerConfigFile } from './controller-config.file.js';
export { configFrame } from './config.pusher.js';
export { NO_OWN_CONFIG } from './effective-config.js';
export { EffectiveConfigs } from './effective-configs.js';
export {
  createOrchestrators,
  knownBefore,
  type NewOrchestrator,
} from './orchestrator-creation.repository.js';
