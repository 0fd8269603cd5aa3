import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { IdempotencyModule } from '../idempotency/index.js';
import { MessagesModule } from '../messages/index.js';
import { MonitoringModule } from '../monitoring/index.js';
import { RetentionService } from './retention.service.js';

/** Removes expired data. */
@Module({
  imports: [AuthModule, IdempotencyModule, MessagesModule, MonitoringModule],
  providers: [RetentionService],
})
export class RetentionModule {}
