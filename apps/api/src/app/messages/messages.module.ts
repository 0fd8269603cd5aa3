import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** Messages of orchestrators. */
@Module({
  imports: [LiveStateModule],
  providers: [MessagesService, MessagesRepository],
  exports: [MessagesService],
})
export class MessagesModule {}
