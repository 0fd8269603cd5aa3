import { Injectable } from '@nestjs/common';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { UnfinishedInputs } from '../../platform/batching/unfinished-inputs.js';
import type { Connection } from './connection.js';

/** Overhead of one socket read: a message may arrive byte by byte. */
const READ_COST = 256;

/** Memory of connections for messages that cannot be processed yet, with a common limit. */
@Injectable()
export class ConnectionInput {
  private readonly unfinished: UnfinishedInputs<Connection>;

  constructor(private readonly budgets: ByteBudgets) {
    this.unfinished = new UnfinishedInputs<Connection>(
      budgets.frames,
      (connection) => connection.dropUnfinished(),
      ({ state }) => state === 'registered',
    );
  }

  /**
   * Records a socket read, in addition to `ws`. A read that contains part of an unfinished message counts in full,
   * because a slice keeps the whole buffer in memory.
   */
  countRead(connection: Connection, chunk: Buffer): void {
    const { meter } = connection;
    const hasEnded = meter.read(chunk);
    if (hasEnded || !meter.isUnfinished) this.unfinished.end(connection);
    if (meter.isUnfinished) this.unfinished.add(connection, chunk.length + READ_COST);
  }

  /** Keeps a frame that arrived behind a registration until that is answered; false if too much is waiting. */
  defer(connection: Connection, bytes: Buffer): boolean {
    const { registrations } = this.budgets;
    if (!registrations.reserve(bytes.length)) return false;
    const isHeld = connection.defer(bytes);
    if (!isHeld) registrations.release(bytes.length);
    return isHeld;
  }

  /** Returns the kept frames once the registration is answered, even if the connection has ended. */
  removeDeferred(connection: Connection): Buffer[] {
    this.budgets.registrations.release(connection.deferredBytes);
    return connection.removeDeferred();
  }

  ended(connection: Connection): void {
    this.unfinished.end(connection);
  }
}
