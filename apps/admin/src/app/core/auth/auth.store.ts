import { computed, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Session } from '@moolai/contracts';
import { ApiClient } from '../http/api-client';
import { API } from '../http/api-operations';
import { NetworkError, toRequestFailure, type RequestFailure } from '../http/request-failure';
import { SessionVault, toStoredSession, type StoredSession } from './session-vault';

/** Why there is no session. */
export type SignedOutReason = 'never' | 'by-choice' | 'ended';

/** State of the sign-in. An unreachable controller does not sign the user out. */
export type AuthState =
  | { name: 'signed-out'; reason: SignedOutReason }
  | { name: 'signing-in' }
  | { name: 'refused'; failure: RequestFailure }
  | { name: 'signed-in'; session: StoredSession };

/** Result of renewing the access token. */
export type Renewal = 'renewed' | 'ended' | 'unreachable';

/** A younger token was not refused for its age, so renewing it would not help. */
const FRESH_MS = 30_000;
/** A token is renewed this long before it expires, so that no request is refused. */
const MARGIN_MS = 30_000;
/** Shared by all tabs of this browser. */
const LOCK = 'moolai.refresh';
/**
 * The controller repeats the answer to a former refresh token for 10 s only, so a lost answer must be requested again
 * well before that.
 */
const FIRST_PATIENCE_MS = 4_000;
const RETRY_MS = 200;

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** True if the controller answered that there is no session. */
function isRefused(error: unknown): boolean {
  const failure = toRequestFailure(error);
  if (failure instanceof NetworkError) return false;
  return (['forbidden', 'unauthorized', 'validation_error'] as const).some((type) => type === failure.type);
}

/** The URL after signing in; limited to pages of the console. */
export function safeReturnUrl(url: string | null | undefined): string {
  return url && /^\/(?![/\\])/.test(url) && !url.startsWith('/sign-in') ? url : '/';
}

/** The signed-in user and the session. */
@Injectable({ providedIn: 'root' })
export class AuthStore {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly vault = inject(SessionVault);
  private readonly locks = inject(DOCUMENT).defaultView?.navigator.locks;
  private readonly current = signal<AuthState>(this.restore());
  private renewing: Promise<Renewal> | undefined;

  readonly state = this.current.asReadonly();
  readonly user = computed(() => {
    const state = this.current();
    return state.name === 'signed-in' ? state.session.user : null;
  });

  /** The session for requests; null if there is none. */
  session(): StoredSession | null {
    const state = this.current();
    return state.name === 'signed-in' ? state.session : null;
  }

  /** Signs in; see the state for the result. */
  async signIn(email: string, password: string): Promise<boolean> {
    this.current.set({ name: 'signing-in' });
    try {
      this.store(
        toStoredSession(
          await this.api.callAnonymously(API.login, { body: { email, password, use_cookie: true } }),
          Date.now(),
        ),
      );
      return true;
    } catch (error) {
      this.current.set({ name: 'refused', failure: toRequestFailure(error) });
      return false;
    }
  }

  /**
   * Continues the session in the cookie, from another tab or a sign-in at a provider.
   * @returns true if there is one
   */
  async resume(): Promise<boolean> {
    if (this.session()) return true;
    try {
      const session = await this.exchange();
      this.store(toStoredSession(session, Date.now()));
      return true;
    } catch (error) {
      if (isRefused(error)) this.vault.write(null);
      return false;
    }
  }

  /** Ends the session on request of the user, here and at the controller. */
  async signOut(): Promise<void> {
    const session = this.session();
    this.forget('by-choice');
    // Without a connection the session ends when it expires.
    const told =
      session && this.api.callAs(session.accessToken, API.logout, { body: {} }).catch(() => undefined);
    await this.router.navigateByUrl('/sign-in');
    await told;
  }

  /** True if the access token expires too soon to be sent. */
  isExpiring(session: StoredSession): boolean {
    return Date.now() >= session.expiresAtMs - MARGIN_MS;
  }

  /** True if an access token may have been refused for its age. */
  mayBeStale(session: StoredSession): boolean {
    return Date.now() - session.receivedAtMs >= FRESH_MS;
  }

  /**
   * Gets a new access token. Sends one request for all callers, because a refresh token is valid once, and reusing it
   * later ends the session.
   */
  renew(): Promise<Renewal> {
    this.renewing ??= this.renewOnce().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  /** The controller no longer knows the session: opens the sign-in page, which returns here. */
  async end(): Promise<void> {
    if (this.current().name !== 'signed-in') return;
    this.forget('ended');
    const returnUrl = safeReturnUrl(this.router.url);
    await this.router.navigate(['/sign-in'], { queryParams: returnUrl === '/' ? {} : { return: returnUrl } });
  }

  private async renewOnce(): Promise<Renewal> {
    const session = this.session();
    if (!session) return 'ended';
    try {
      const renewed = await this.exchange();
      // The user signed out in the meantime and must stay signed out.
      if (this.session() !== session) return 'ended';
      this.store(toStoredSession(renewed, Date.now()));
      return 'renewed';
    } catch (error) {
      if (!isRefused(error)) return 'unreachable';
      if (this.session() === session) await this.end();
      return 'ended';
    }
  }

  /**
   * One tab at a time, because they share the cookie. Without locks (plain HTTP with a host name) tabs may ask
   * concurrently, and the controller gives them the same answer.
   */
  private exchange(): Promise<Session> {
    return this.locks ? this.locks.request(LOCK, () => this.requestTwice()) : this.requestTwice();
  }

  /** Retries once if there was no answer, because the controller may have exchanged the token. */
  private async requestTwice(): Promise<Session> {
    try {
      return await this.api.callAnonymously(API.refreshSession, { body: {} }, FIRST_PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      await later(RETRY_MS);
      return this.api.callAnonymously(API.refreshSession, { body: {} });
    }
  }

  private restore(): AuthState {
    const session = this.vault.read();
    return session ? { name: 'signed-in', session } : { name: 'signed-out', reason: 'never' };
  }

  private store(session: StoredSession): void {
    this.vault.write(session);
    this.current.set({ name: 'signed-in', session });
  }

  private forget(reason: SignedOutReason): void {
    this.vault.write(null);
    this.current.set({ name: 'signed-out', reason });
  }
}
