import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { digest } from './secrets.js';

const LIFE_MS = 12 * 60 * 60 * 1000;
const MAX_SESSIONS = 10_000;

interface Family {
  user: CurrentUser;
  /** Digest of the only token that is still good. */
  current: string;
  expiresAtMs: number;
}

/**
 * Signed-in sessions, each a family of refresh tokens of which only the newest is good. One that is
 * presented a second time was stolen or leaked, so it ends its family (RFC 9700, section 4.14.2).
 * Kept in memory: a restart asks everyone to sign in again.
 */
@Injectable()
export class RefreshSessions {
  private readonly families = new Map<string, Family>();

  constructor(private readonly clock: Clock) {}

  /** Starts a session and gives its first token. */
  start(user: CurrentUser): string {
    this.dropExpired();
    const familyId = randomBytes(16).toString('base64url');
    return this.issue(familyId, user);
  }

  /** Exchanges a token for the next one; undefined when it is not good (any more). */
  rotate(token: string): { user: CurrentUser; token: string } | undefined {
    const [familyId = ''] = token.split('.');
    const family = this.families.get(familyId);
    if (!family || family.expiresAtMs <= this.clock.nowMs()) return undefined;
    if (digest(token).toString('hex') !== family.current) {
      this.families.delete(familyId);
      return undefined;
    }
    return { user: family.user, token: this.issue(familyId, family.user) };
  }

  private issue(familyId: string, user: CurrentUser): string {
    const token = `${familyId}.${randomBytes(32).toString('base64url')}`;
    // Deleted first, so that the map stays in order of use and the oldest goes when it is full.
    this.families.delete(familyId);
    const expiresAtMs = this.clock.nowMs() + LIFE_MS;
    this.families.set(familyId, { user, current: digest(token).toString('hex'), expiresAtMs });
    return token;
  }

  private dropExpired(): void {
    for (const [familyId, family] of this.families) {
      if (this.families.size < MAX_SESSIONS && family.expiresAtMs > this.clock.nowMs()) break;
      this.families.delete(familyId);
    }
  }
}
