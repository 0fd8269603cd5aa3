export { ControllerConfigFile } from './controller-config.file.js';
export { FleetDocumentModule } from './fleet-document.module.js';
