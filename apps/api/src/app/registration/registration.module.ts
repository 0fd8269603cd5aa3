import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/index.js';
import { IndependenceModule } from '../independence/index.js';
import { RegistrationRepository } from './registration.repository.js';
import { RegistrationService } from './registration.service.js';

/** How an orchestrator gets in. */
@Module({
  imports: [ConfigurationModule, IndependenceModule],
  providers: [RegistrationService, RegistrationRepository],
  exports: [RegistrationService],
})
export class RegistrationModule {}
