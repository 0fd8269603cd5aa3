import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { OrchestratorsController } from './orchestrators.controller.js';
import { OrchestratorsRepository } from './orchestrators.repository.js';
import { OrchestratorsService } from './orchestrators.service.js';

/** The fleet as administrators see it. */
@Module({
  imports: [LiveStateModule],
  controllers: [OrchestratorsController],
  providers: [OrchestratorsService, OrchestratorsRepository],
  exports: [OrchestratorsService],
})
export class OrchestratorsModule {}
