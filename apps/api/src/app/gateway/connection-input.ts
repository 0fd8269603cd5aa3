import { Injectable } from '@nestjs/common';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { UnfinishedInputs } from '../../platform/batching/unfinished-inputs.js';
import type { Connection } from './connection.js';

/** What a read of the socket takes besides its bytes: a message may come byte by byte. */
const READ_COST = 256;

/** What connections hold of messages that cannot be handled yet, bounded for all of them together. */
@Injectable()
export class ConnectionInput {
  private readonly unfinished: UnfinishedInputs<Connection>;

  constructor(private readonly budgets: ByteBudgets) {
    this.unfinished = new UnfinishedInputs<Connection>(
      budgets.frames,
      (connection) => connection.giveUpUnfinished(),
      ({ state }) => state === 'registered',
    );
  }

  /**
   * Notes a read of the socket, behind `ws`. A read that has only a part of an unfinished message counts whole: a slice
   * of it keeps all of it in memory.
   */
  took(connection: Connection, chunk: Buffer): void {
    const { meter } = connection;
    const hasEnded = meter.take(chunk);
    if (hasEnded || !meter.isUnfinished) this.unfinished.end(connection);
    if (meter.isUnfinished) this.unfinished.add(connection, chunk.length + READ_COST);
  }

  /** Keeps a frame that came behind a registration until that is answered; false when too much waits. */
  hold(connection: Connection, bytes: Buffer): boolean {
    const { registrations } = this.budgets;
    if (!registrations.take(bytes.length)) return false;
    const isHeld = connection.hold(bytes);
    if (!isHeld) registrations.give(bytes.length);
    return isHeld;
  }

  /** Gives what was held when the registration is answered, also of a connection that has ended meanwhile. */
  takeHeld(connection: Connection): Buffer[] {
    this.budgets.registrations.give(connection.heldBytes);
    return connection.takeHeld();
  }

  ended(connection: Connection): void {
    this.unfinished.end(connection);
  }
}
