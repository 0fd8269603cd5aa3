import { Module } from '@nestjs/common';
import { InstanceLease } from './instance-lease.js';
import { InstancesRepository } from './instances.repository.js';

/** The controllers that share this fleet. */
@Module({
  providers: [InstancesRepository, InstanceLease],
  exports: [InstanceLease],
})
export class InstancesModule {}
