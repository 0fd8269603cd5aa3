import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { Connection } from './connection.js';
import { ConnectionRegistry } from './connection.registry.js';
import { UpgradePolicy } from './upgrade-policy.js';

/** Makes a connection of an accepted upgrade, not registered yet. */
@Injectable()
export class Arrival {
  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly upgrades: UpgradePolicy,
  ) {}

  open(socket: WebSocket, request: IncomingMessage): Connection {
    const { outputLimitBytes } = this.upgrades;
    const address = this.upgrades.addressOf(request);
    const connection = new Connection(socket, address, outputLimitBytes, bearerOf(request));
    this.connections.add(connection);
    return connection;
  }
}

/** The bearer token of an upgrade; undefined if there is none. */
function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S{1,1024})$/i.exec(headers.authorization ?? '')?.[1];
}
