import { Module } from '@nestjs/common';
import { BackupsController } from './backups.controller.js';
import { BackupMetrics } from './backup.metrics.js';
import { BackupsService } from './backups.service.js';

/** Backups of database and configuration files, verified by restoring them. */
@Module({
  controllers: [BackupsController],
  providers: [BackupsService, BackupMetrics],
  exports: [BackupsService],
})
export class BackupsModule {}
