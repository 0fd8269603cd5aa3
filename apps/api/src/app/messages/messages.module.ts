import { Module } from '@nestjs/common';
import { DeliveryModule } from '../delivery/index.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** Messages in both directions, as administrators see them. */
@Module({
  imports: [DeliveryModule],
  controllers: [MessagesController],
  providers: [MessagesService, MessagesRepository],
  exports: [MessagesService, MessagesRepository],
})
export class MessagesModule {}
