import { Injectable } from '@nestjs/common';
import { KeptFiles } from '../../platform/files/kept-files.js';
import { InstanceLease } from './instance-lease.js';

/**
 * Of several instances, only the scheduler reads and writes the files under `CONTROLLER_CONFIG_DIR` (ADR 16). When
 * another instance becomes the scheduler, it writes them anew from the database.
 */
@Injectable()
export class FilesKeeper {
  constructor(lease: InstanceLease, keptFiles: KeptFiles) {
    if (!lease.isShared) return;
    keptFiles.keep(false);
    lease.observe({ onScheduler: (isScheduler) => keptFiles.keep(isScheduler) });
  }
}
