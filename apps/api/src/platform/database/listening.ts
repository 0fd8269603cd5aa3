import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';

/** By then a listener has reconnected after a restart of the server. */
const PATIENCE_MS = 10_000;

interface Loss {
  reason: string;
  atMs: number;
  isFinal: boolean;
}

/** Tracks which announcements of the database are currently not received, so that changes by SQL would go unnoticed. */
@Injectable()
export class Listening {
  private readonly losses = new Map<string, Loss>();

  constructor(private readonly clock: Clock) {}

  /** The connection was lost; a new one may be open soon. */
  lost(channel: string, reason: string): void {
    const atMs = this.losses.get(channel)?.atMs ?? this.clock.monotonicMs();
    this.losses.set(channel, { reason, atMs, isFinal: false });
  }

  /** Connections open but receive nothing. */
  deaf(channel: string, reason: string): void {
    this.losses.set(channel, { reason, atMs: this.clock.monotonicMs(), isFinal: true });
  }

  recovered(channel: string): void {
    this.losses.delete(channel);
  }

  /** Why changes by others are not received; undefined if they are, or may be again in a moment. */
  whyDeaf(): string | undefined {
    const nowMs = this.clock.monotonicMs();
    const loss = [...this.losses.values()].find(({ isFinal, atMs }) => isFinal || nowMs - atMs > PATIENCE_MS);
    return loss?.reason;
  }
}
