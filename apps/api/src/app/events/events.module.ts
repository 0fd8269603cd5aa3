import { Global, Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { FleetEvents } from './fleet-events.js';

/** What happens in the fleet, for whoever wants to know. Global: every feature has something to tell. */
@Global()
@Module({ controllers: [EventsController], providers: [FleetEvents], exports: [FleetEvents] })
export class EventsModule {}
