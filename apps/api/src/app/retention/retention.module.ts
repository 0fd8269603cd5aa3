import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { IdempotencyModule } from '../idempotency/index.js';
import { InstancesModule } from '../instances/index.js';
import { MessagesModule } from '../messages/index.js';
import { MonitoringModule } from '../monitoring/index.js';
import { RetentionService } from './retention.service.js';

/** Removes expired data. */
@Module({
  imports: [AuthModule, IdempotencyModule, InstancesModule, MessagesModule, MonitoringModule],
  providers: [RetentionService],
})
export class RetentionModule {}
