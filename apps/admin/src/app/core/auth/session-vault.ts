import { DOCUMENT, inject, Injectable } from '@angular/core';
import { isJsonObject, ROLES, type CurrentUser, type Session } from '@moolai/contracts';

const KEY = 'moolai.session';
/** Shows other tabs that this browser has a session; the session itself is in an inaccessible cookie. */
const HINT_KEY = 'moolai.signed-in';

/** A session as stored in this tab. Its refresh token is in a cookie that scripts cannot read. */
export interface StoredSession {
  accessToken: string;
  user: CurrentUser;
  /** When the access token was received and when it expires, in milliseconds of this machine's clock. */
  receivedAtMs: number;
  expiresAtMs: number;
}

/** The controller's answer, as stored in this tab. */
export function toStoredSession(session: Session, nowMs: number): StoredSession {
  return {
    accessToken: session.access_token,
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
    typeof value['receivedAtMs'] === 'number' &&
    typeof value['expiresAtMs'] === 'number' &&
    isUser(value['user'])
  );
}

/** Keeps the access token over a reload, for this tab only. A new tab gets its own through the cookie. */
@Injectable({ providedIn: 'root' })
export class SessionVault {
  private readonly storage = inject(DOCUMENT).defaultView?.sessionStorage;
  private readonly shared = inject(DOCUMENT).defaultView?.localStorage;

  /** The stored session; null if there is none or it is invalid. */
  read(): StoredSession | null {
    const text = this.storage?.getItem(KEY);
    if (!text) return null;
    try {
      const value: unknown = JSON.parse(text);
      return isStoredSession(value) ? value : null;
    } catch {
      // Foreign content; signing in overwrites it.
      return null;
    }
  }

  write(session: StoredSession | null): void {
    if (session) {
      this.storage?.setItem(KEY, JSON.stringify(session));
      this.shared?.setItem(HINT_KEY, 'true');
    } else {
      this.storage?.removeItem(KEY);
      this.shared?.removeItem(HINT_KEY);
    }
  }

  /** True if another tab has signed in, so that requesting a token makes sense. */
  get isSignedInElsewhere(): boolean {
    return this.shared?.getItem(HINT_KEY) === 'true';
  }
}
