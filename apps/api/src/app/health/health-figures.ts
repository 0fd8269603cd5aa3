import { Inject, Injectable } from '@nestjs/common';
import type { InternalHealth } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { ConnectionRegistry } from '../gateway/index.js';
import { LiveFleet, PendingWrites } from '../live-state/index.js';

/** Health figures that reveal the size of the fleet. */
export type FleetFigures = Pick<InternalHealth, 'figures' | 'websocket'> & { pending: number };

/** Counts within the caller's scope: users of an organization must not learn the size of others. */
@Injectable()
export class HealthFigures {
  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly liveFleet: LiveFleet,
    private readonly pending: PendingWrites,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @param scope undefined for an anonymous caller, who sees what `/metrics` shows without credentials */
  within(scope: Scope | undefined): FleetFigures {
    if (scope === undefined && this.settings.metricsToken !== undefined) {
      return { figures: 'none', websocket: { connections: 0, registered: 0 }, pending: 0 };
    }
    if (scope === null || scope === undefined) {
      return { figures: 'fleet', websocket: this.connections.counts(), pending: this.pending.size };
    }
    // A connection that has not registered belongs to no organization yet.
    const own = new Set<string>();
    this.liveFleet.visitConnected(scope, ({ orchestratorId }) => own.add(orchestratorId));
    const websocket = { connections: own.size, registered: own.size };
    return { figures: 'organizations', websocket, pending: this.pending.sizeOf(own) };
  }
}
