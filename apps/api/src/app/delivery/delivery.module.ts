import { Module } from '@nestjs/common';
import { AcknowledgedIds } from './acknowledged-ids.js';
import { Acknowledgements } from './acknowledgements.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeliveryService } from './delivery.service.js';
import { MessageExpiry } from './expiry.js';

/** Delivery of messages to orchestrators. */
@Module({
  providers: [
    DeliveryService,
    DeliveryRepository,
    AcknowledgedIds,
    Acknowledgements,
    MessageExpiry,
    DeliveryMetrics,
  ],
  exports: [DeliveryService],
})
export class DeliveryModule {}
