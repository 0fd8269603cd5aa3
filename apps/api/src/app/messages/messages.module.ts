import { Module } from '@nestjs/common';
import { DeliveryModule } from '../delivery/index.js';
import { IdempotencyModule } from '../idempotency/index.js';
import { MessageStore } from './message-store.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** Messages in both directions, for administrators. */
@Module({
  imports: [DeliveryModule, IdempotencyModule],
  controllers: [MessagesController],
  providers: [MessagesService, MessageStore, MessagesRepository],
  exports: [MessagesService, MessagesRepository],
})
export class MessagesModule {}
