export { RegistrationModule } from './registration.module.js';
export { RegistrationRefused, RegistrationService, type Registration } from './registration.service.js';
