import { Injectable } from '@nestjs/common';
import { Quarantine } from '../credentials/index.js';
import { DeliveryService } from '../delivery/index.js';
import { LiveFleet, LiveStateService, type LiveEntry } from '../live-state/index.js';
import { ConnectionRecord } from './connection-record.js';
import type { Connection } from './connection.js';
import { ConnectionRegistry } from './connection.registry.js';

/** Removes a connection that has ended from memory. */
@Injectable()
export class Departure {
  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly liveFleet: LiveFleet,
    private readonly liveState: LiveStateService,
    private readonly delivery: DeliveryService,
    private readonly quarantine: Quarantine,
    private readonly record: ConnectionRecord,
  ) {}

  /** @param wasTakenOver a newer connection took its place, and its peer was alive to notice */
  leave(connection: Connection, wasAbnormal: boolean, wasTakenOver: boolean): void {
    const { entry, dropReason } = connection;
    this.connections.remove(connection);
    if (dropReason) this.record.dropped(dropReason);
    if (!entry) return;
    const successor = this.successorOf(entry);
    const successorAt = successor?.remoteAddress ?? entry.movedTo ?? undefined;
    if (wasTakenOver) void this.quarantine.takenOver(entry, successorAt);
    if (wasTakenOver && successor) successor.tookOverFrom = entry.remoteAddress;
    this.liveState.remove(entry, wasAbnormal);
    this.delivery.disconnected(entry);
    const end = {
      wasAbnormal,
      dropReason,
      replacedBy: successorAt,
    };
    this.record.ended(entry, end, { isShutdown: this.liveState.isLeaving });
  }

  /** The newer connection that took the place of this one; undefined if there is none. */
  private successorOf(entry: LiveEntry): LiveEntry | undefined {
    const present = this.liveFleet.get(entry.orchestratorId);
    return present !== entry && present?.isConnected ? present : undefined;
  }
}
