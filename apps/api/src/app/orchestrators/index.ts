export { OrchestratorsModule } from './orchestrators.module.js';
export { OrchestratorsService } from './orchestrators.service.js';
