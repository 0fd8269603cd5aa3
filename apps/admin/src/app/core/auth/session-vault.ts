import { DOCUMENT, inject, Injectable } from '@angular/core';
import { isJsonObject, ROLES, type CurrentUser, type Session } from '@moolai/contracts';

const KEY = 'moolai.session';

/** A session as this tab keeps it. */
export interface StoredSession {
  accessToken: string;
  refreshToken: string;
  user: CurrentUser;
  /** When the access token was received, and when it ends; milliseconds of this machine's clock. */
  receivedAtMs: number;
  expiresAtMs: number;
}

/** What the controller answered, as this tab keeps it. */
export function toStoredSession(session: Session, nowMs: number): StoredSession {
  return {
    accessToken: session.access_token,
    refreshToken: session.refresh_token,
    user: session.user,
    receivedAtMs: nowMs,
    expiresAtMs: nowMs + session.expires_in * 1_000,
  };
}

function isUser(value: unknown): value is CurrentUser {
  return (
    isJsonObject(value) &&
    typeof value['email'] === 'string' &&
    ROLES.some((role) => role === value['role']) &&
    Array.isArray(value['permissions'])
  );
}

function isStoredSession(value: unknown): value is StoredSession {
  return (
    isJsonObject(value) &&
    typeof value['accessToken'] === 'string' &&
    typeof value['refreshToken'] === 'string' &&
    typeof value['receivedAtMs'] === 'number' &&
    typeof value['expiresAtMs'] === 'number' &&
    isUser(value['user'])
  );
}

/**
 * Keeps the session over a reload, for this tab only: it ends with the tab, and no other site or tab
 * can read it.
 */
@Injectable({ providedIn: 'root' })
export class SessionVault {
  private readonly storage = inject(DOCUMENT).defaultView?.sessionStorage;

  /** The session that was kept; null when there is none or it is not one of ours. */
  read(): StoredSession | null {
    const text = this.storage?.getItem(KEY);
    if (!text) return null;
    try {
      const value: unknown = JSON.parse(text);
      return isStoredSession(value) ? value : null;
    } catch {
      // Something else wrote there; signing in again overwrites it.
      return null;
    }
  }

  write(session: StoredSession | null): void {
    if (session) this.storage?.setItem(KEY, JSON.stringify(session));
    else this.storage?.removeItem(KEY);
  }
}
