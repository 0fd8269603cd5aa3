import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditHeadLogger } from './audit-head.logger.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';
import { AuditTrail } from './audit-trail.js';
import { AuditVerifier } from './audit-verifier.js';

/** Audit log of all changes. Global, because every feature that changes something records it. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditTrail, AuditService, AuditVerifier, AuditRepository, AuditHeadLogger],
  exports: [AuditTrail],
})
export class AuditModule {}
