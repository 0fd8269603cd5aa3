export { ConfigurationModule } from './configuration.module.js';
export { ControllerConfigFile } from './controller-config.file.js';
export { configHash, effectiveConfig, mergePatch, type OwnConfig } from './effective-config.js';
