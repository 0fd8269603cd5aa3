import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/index.js';
import { CredentialsModule } from '../credentials/index.js';
import { IndependenceModule } from '../independence/index.js';
import { InstancesModule } from '../instances/index.js';
import { LiveStateModule } from '../live-state/index.js';
import { Authentication } from './authentication.js';
import { Identification } from './identification.js';
import { Newcomers } from './newcomers.js';
import { RegistrationAnswers } from './registration-answers.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationService } from './registration.service.js';

/** Registration of orchestrators. */
@Module({
  imports: [ConfigurationModule, CredentialsModule, IndependenceModule, InstancesModule, LiveStateModule],
  providers: [
    RegistrationService,
    RegistrationRepository,
    Identification,
    Authentication,
    Newcomers,
    RegistrationAnswers,
  ],
  exports: [RegistrationService],
})
export class RegistrationModule {}
