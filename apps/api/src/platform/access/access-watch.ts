import { Injectable } from '@nestjs/common';
import type { TokenPrincipal } from './principal.js';

/** The rights of a principal have changed, or may have. */
export type AccessChange = { kind: 'user' | 'session' | 'api_token'; id: string } | { kind: 'all' };

/** True if the change concerns this principal. */
export function concerns(change: AccessChange, principal: TokenPrincipal): boolean {
  if (change.kind === 'all') return true;
  if (change.kind === 'session') return principal.sessionId === change.id;
  return principal.kind === change.kind && principal.id === change.id;
}

/** Announces changed rights, so that long-lived connections (live streams) end. */
@Injectable()
export class AccessWatch {
  private readonly listeners = new Set<(change: AccessChange) => void>();

  /** Calls `listener` with each change. Returns a function that removes the listener. */
  onChange(listener: (change: AccessChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  announce(change: AccessChange): void {
    for (const listener of this.listeners) listener(change);
  }
}
