export { ConfigHistoryService } from './config-history.service.js';
export { ConfigurationHistoryModule } from './configuration-history.module.js';
