import { Injectable } from '@nestjs/common';
import { INSTANCE_STATUSES } from '@moolai/contracts';
import { Metrics } from '../../platform/metrics/metrics.js';
import { InstanceLease } from './instance-lease.js';
import { InstancesService } from './instances.service.js';

/** Metrics of the controllers that share this fleet. */
@Injectable()
export class InstancesMetrics {
  constructor(metrics: Metrics, instances: InstancesService, lease: InstanceLease) {
    metrics.readGauge(
      {
        name: 'moolai_controller_scheduler',
        help: '1 if this instance runs scheduled work, otherwise 0.',
      },
      () => [{ value: lease.isScheduler ? 1 : 0 }],
    );
    metrics.readGauge(
      {
        name: 'moolai_controller_instances',
        help: 'Controllers that share the fleet, by status; the same at each of them.',
        labelNames: ['status'],
      },
      () => {
        const listed = instances.list();
        return INSTANCE_STATUSES.map((status) => ({
          labels: { status },
          value: listed.filter((one) => one.status === status).length,
        }));
      },
    );
  }
}
