export { OrchestratorsModule } from './orchestrators.module.js';
export { OrchestratorsService, type OrganizationCounts } from './orchestrators.service.js';
