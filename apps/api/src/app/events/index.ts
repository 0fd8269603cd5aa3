export { EventLog } from './event-log.js';
export { EventsModule } from './events.module.js';
export { FleetEvents, type Happening, type HappeningOf, type PlainEventType } from './fleet-events.js';
export { openEventLog } from './open-event-log.js';
