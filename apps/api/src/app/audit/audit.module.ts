import { Global, Module } from '@nestjs/common';
import { AuditRepository } from './audit.repository.js';
import { AuditTrail } from './audit-trail.js';

/** Who changed what, from where and when. Global: every feature that changes something records it. */
@Global()
@Module({ providers: [AuditTrail, AuditRepository], exports: [AuditTrail] })
export class AuditModule {}
