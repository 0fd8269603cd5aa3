import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';

/** A listener that is reconnecting after a restart of the server is back by then. */
const PATIENCE_MS = 10_000;

interface Loss {
  reason: string;
  atMs: number;
  isFinal: boolean;
}

/** Knows which announcements of the database are not heard at present: switches by SQL would not count. */
@Injectable()
export class Listening {
  private readonly losses = new Map<string, Loss>();

  constructor(private readonly clock: Clock) {}

  /** The connection was lost; another one may hear again soon. */
  lost(channel: string, reason: string): void {
    const atMs = this.losses.get(channel)?.atMs ?? this.clock.monotonicMs();
    this.losses.set(channel, { reason, atMs, isFinal: false });
  }

  /** Connections come about and hear nothing. */
  deaf(channel: string, reason: string): void {
    this.losses.set(channel, { reason, atMs: this.clock.monotonicMs(), isFinal: true });
  }

  heard(channel: string): void {
    this.losses.delete(channel);
  }

  /** Why changes by others are not heard; undefined while they are, or may be again in a moment. */
  whyDeaf(): string | undefined {
    const nowMs = this.clock.monotonicMs();
    const loss = [...this.losses.values()].find(({ isFinal, atMs }) => isFinal || nowMs - atMs > PATIENCE_MS);
    return loss?.reason;
  }
}
