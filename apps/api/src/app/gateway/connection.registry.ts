import { Injectable } from '@nestjs/common';
import { networkOf } from '../../platform/http/network-of.js';
import type { Connection } from './connection.js';

/** All open connections of this instance, registered or not. */
@Injectable()
export class ConnectionRegistry {
  private readonly connections = new Set<Connection>();
  /** Unregistered connections, including closing ones until their socket has ended. */
  private readonly unregistered = new Set<Connection>();
  private readonly unregisteredByAddress = new Map<string, number>();

  add(connection: Connection): void {
    this.connections.add(connection);
    this.unregistered.add(connection);
    this.count(connection.remoteAddress, 1);
  }

  /** The connection is registered, so it no longer counts against its address. */
  registered(connection: Connection): void {
    if (this.unregistered.delete(connection)) this.count(connection.remoteAddress, -1);
  }

  remove(connection: Connection): void {
    this.connections.delete(connection);
    this.registered(connection);
  }

  all(): IterableIterator<Connection> {
    return this.connections.values();
  }

  /** Number of unregistered connections of an address, or of its IPv6 network. */
  unregisteredOf(address: string): number {
    return this.unregisteredByAddress.get(networkOf(address)) ?? 0;
  }

  /** Total bytes written that the peers have not read. */
  unreadBytes(): number {
    let bytes = 0;
    for (const connection of this.connections) bytes += connection.unreadBytes;
    return bytes;
  }

  counts(): { connections: number; registered: number } {
    let registered = 0;
    for (const connection of this.connections) if (connection.state === 'registered') registered += 1;
    return { connections: this.connections.size, registered };
  }

  private count(address: string, by: 1 | -1): void {
    const network = networkOf(address);
    const next = this.unregisteredOf(address) + by;
    if (next === 0) this.unregisteredByAddress.delete(network);
    else this.unregisteredByAddress.set(network, next);
  }
}
