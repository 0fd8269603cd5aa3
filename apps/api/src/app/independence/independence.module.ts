import { Module } from '@nestjs/common';
import { FleetDocumentModule } from '../fleet-document/index.js';
import { InstancesModule } from '../instances/index.js';
import { LiveStateModule } from '../live-state/index.js';
import { FilesElsewhere } from './files-elsewhere.js';
import { IndependenceController } from './independence.controller.js';
import { IndependenceFiles } from './independence-files.js';
import { IndependenceExpiry } from './independence.expiry.js';
import { IndependenceHistory } from './independence-history.js';
import { IndependenceHistoryRepository } from './independence-history.repository.js';
import { IndependenceObserver } from './independence.observer.js';
import { IndependenceRepository } from './independence.repository.js';
import { IndependenceService } from './independence.service.js';

/** Independence mode (HLD 7). */
@Module({
  imports: [InstancesModule, LiveStateModule, FleetDocumentModule],
  controllers: [IndependenceController],
  providers: [
    IndependenceService,
    IndependenceRepository,
    IndependenceHistory,
    IndependenceHistoryRepository,
    FilesElsewhere,
    IndependenceFiles,
    IndependenceExpiry,
    IndependenceObserver,
  ],
  exports: [IndependenceFiles],
})
export class IndependenceModule {}
