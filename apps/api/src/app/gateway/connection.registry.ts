import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.js';

/** All open connections of this instance, registered or not. */
@Injectable()
export class ConnectionRegistry {
  private readonly connections = new Set<Connection>();

  add(connection: Connection): void {
    this.connections.add(connection);
  }

  remove(connection: Connection): void {
    this.connections.delete(connection);
  }

  all(): IterableIterator<Connection> {
    return this.connections.values();
  }

  counts(): { connections: number; registered: number } {
    let registered = 0;
    for (const connection of this.connections) if (connection.state === 'registered') registered += 1;
    return { connections: this.connections.size, registered };
  }
}
