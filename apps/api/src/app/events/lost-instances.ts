import { Injectable } from '@nestjs/common';
import { InstanceLease } from '../instances/index.js';
import { FleetEvents } from './fleet-events.js';

/** A controller that was lost may have taken its last events with it: every reader is told. */
@Injectable()
export class LostInstances {
  constructor(lease: InstanceLease, events: FleetEvents) {
    lease.observe({
      onEnded: ({ wasLost }) => {
        if (wasLost) events.onGap();
      },
    });
  }
}
