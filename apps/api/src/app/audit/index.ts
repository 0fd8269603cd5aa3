export { AuditModule } from './audit.module.js';
export { AuditTrail, type AuditedChange } from './audit-trail.js';
export { AuditRepository } from './audit.repository.js';
export { AuditVerifier } from './audit-verifier.js';
export { AuditService } from './audit.service.js';
