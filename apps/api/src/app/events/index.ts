export { EventsModule } from './events.module.js';
export { FleetEvents, type Happening } from './fleet-events.js';
