export { InstanceBus } from './instance-bus.js';
export { textsOf } from './instance-word.js';
export { InstanceLease, type InstanceObserver } from './instance-lease.js';
export { InstancesModule } from './instances.module.js';
export { InstancesService } from './instances.service.js';
export type { StartRow } from './instances.repository.js';
export { Scheduling } from './scheduling.js';
