import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/index.js';
import { BackupsController } from './backups.controller.js';
import { BackupMetrics } from './backup.metrics.js';
import { BackupsService } from './backups.service.js';

/** Backups of database and configuration files, verified by restoring them. */
@Module({
  imports: [InstancesModule],
  controllers: [BackupsController],
  providers: [BackupsService, BackupMetrics],
  exports: [BackupsService],
})
export class BackupsModule {}
