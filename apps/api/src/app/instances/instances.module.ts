import { Module } from '@nestjs/common';
import { FilesKeeper } from './files-keeper.js';
import { InstanceBus } from './instance-bus.js';
import { InstanceFence } from './instance-fence.js';
import { InstanceLease } from './instance-lease.js';
import { InstancesController } from './instances.controller.js';
import { InstancesMetrics } from './instances.metrics.js';
import { InstancesRepository } from './instances.repository.js';
import { InstancesService } from './instances.service.js';
import { Scheduling } from './scheduling.js';

/** The controllers that share this fleet. */
@Module({
  controllers: [InstancesController],
  providers: [
    InstancesRepository,
    InstanceLease,
    FilesKeeper,
    InstanceFence,
    Scheduling,
    InstanceBus,
    InstancesService,
    InstancesMetrics,
  ],
  exports: [InstanceLease, InstanceBus, Scheduling, InstancesService],
})
export class InstancesModule {}
