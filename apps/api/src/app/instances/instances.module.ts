import { Module } from '@nestjs/common';
import { InstanceBus } from './instance-bus.js';
import { InstanceLease } from './instance-lease.js';
import { InstancesController } from './instances.controller.js';
import { InstancesMetrics } from './instances.metrics.js';
import { InstancesRepository } from './instances.repository.js';
import { InstancesService } from './instances.service.js';

/** The controllers that share this fleet. */
@Module({
  controllers: [InstancesController],
  providers: [InstancesRepository, InstanceLease, InstanceBus, InstancesService, InstancesMetrics],
  exports: [InstanceLease, InstanceBus, InstancesService],
})
export class InstancesModule {}
