import { Global, Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { FleetEvents } from './fleet-events.js';

/** Events of the fleet. Global, because every feature publishes some. */
@Global()
@Module({ controllers: [EventsController], providers: [FleetEvents], exports: [FleetEvents] })
export class EventsModule {}
