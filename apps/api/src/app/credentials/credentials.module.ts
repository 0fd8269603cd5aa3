import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { CredentialWatch } from './credential.watch.js';
import { CredentialsController } from './credentials.controller.js';
import { CredentialsRepository } from './credentials.repository.js';
import { CredentialsService } from './credentials.service.js';
import { EnrolmentTokensController } from './enrolment-tokens.controller.js';
import { EnrolmentTokensRepository } from './enrolment-tokens.repository.js';
import { EnrolmentTokensService } from './enrolment-tokens.service.js';
import { Enrolments } from './enrolments.js';
import { CredentialUses } from './credential-uses.js';
import { Quarantine } from './quarantine.js';
import { RefusalLog } from './refusal-log.js';
import { TakeoverCount } from './takeover-count.js';

/** Authentication of orchestrators. */
@Module({
  imports: [LiveStateModule],
  controllers: [EnrolmentTokensController, CredentialsController],
  providers: [
    CredentialsService,
    CredentialsRepository,
    CredentialWatch,
    EnrolmentTokensService,
    EnrolmentTokensRepository,
    Enrolments,
    CredentialUses,
    Quarantine,
    RefusalLog,
    TakeoverCount,
  ],
  exports: [CredentialsService, CredentialUses, CredentialWatch, Enrolments, Quarantine, RefusalLog],
})
export class CredentialsModule {}
