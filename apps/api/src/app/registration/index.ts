export { RegistrationModule } from './registration.module.js';
export type { Registration } from './registration-answers.js';
export { RegistrationRefused } from './registration-refused.js';
export { RegistrationService } from './registration.service.js';
