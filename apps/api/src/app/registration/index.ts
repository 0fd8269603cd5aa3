export { RegistrationModule } from './registration.module.js';
export { RegistrationRefused } from './registration-refused.js';
export { RegistrationService, type Registration } from './registration.service.js';
