import { Injectable } from '@nestjs/common';
import type { Identity } from './principal.js';

/** Somebody's rights have changed, or may have. */
export type AccessChange = { kind: 'user' | 'session' | 'api_token'; id: string } | { kind: 'all' };

/** True when the change is about whoever `identity` says. */
export function concerns(change: AccessChange, identity: Identity): boolean {
  if (change.kind === 'all') return true;
  if (change.kind === 'session') return identity.sessionId === change.id;
  return identity.kind === change.kind && identity.id === change.id;
}

/** Where long-lived things (live streams) hear that rights have changed, so that they end. */
@Injectable()
export class AccessWatch {
  private readonly listeners = new Set<(change: AccessChange) => void>();

  /** Calls `listener` with each change; gives what ends that. */
  onChange(listener: (change: AccessChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  announce(change: AccessChange): void {
    for (const listener of this.listeners) listener(change);
  }
}
