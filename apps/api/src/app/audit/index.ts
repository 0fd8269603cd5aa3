export { AuditModule } from './audit.module.js';
export { AuditTrail, type AuditDraft, type AuditedChange } from './audit-trail.js';
export { AuditRepository, recordMade } from './audit.repository.js';
export { AuditVerifier } from './audit-verifier.js';
export { AuditService } from './audit.service.js';
