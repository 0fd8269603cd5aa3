import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/index.js';
import { AcknowledgedIds } from './acknowledged-ids.js';
import { Acknowledgements } from './acknowledgements.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeliveryService } from './delivery.service.js';
import { MessageExpiry } from './expiry.js';
import { MessageHints } from './message-hints.js';

/** Delivery of messages to orchestrators. */
@Module({
  imports: [InstancesModule],
  providers: [
    DeliveryService,
    DeliveryRepository,
    AcknowledgedIds,
    Acknowledgements,
    MessageExpiry,
    MessageHints,
    DeliveryMetrics,
  ],
  exports: [DeliveryService, MessageHints],
})
export class DeliveryModule {}
