export { AuditModule } from './audit.module.js';
export { AuditTrail, type AuditedChange } from './audit-trail.js';
