import { computed, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Session } from '@moolai/contracts';
import { ApiClient } from '../http/api-client';
import { API } from '../http/api-operations';
import { NetworkError, toRequestFailure, type RequestFailure } from '../http/request-failure';
import { SessionVault, toStoredSession, type StoredSession } from './session-vault';

/** Why nobody is signed in. */
export type SignedOutReason = 'never' | 'by-choice' | 'ended';

/** Who uses the console, in named states. A controller that is away is not a person signed out. */
export type AuthState =
  | { name: 'signed-out'; reason: SignedOutReason }
  | { name: 'signing-in' }
  | { name: 'refused'; failure: RequestFailure }
  | { name: 'signed-in'; session: StoredSession };

/** What became of an attempt to get a new access token. */
export type Renewal = 'renewed' | 'ended' | 'unreachable';

/** A token that is younger than this was not refused for its age: renewing it would change nothing. */
const FRESH_MS = 30_000;
/** A token is renewed this long before its end, so that no request is refused for it. */
const MARGIN_MS = 30_000;
/** Shared by all tabs of this browser. */
const LOCK = 'moolai.refresh';
/**
 * The controller answers a former refresh token again for 10 s only: an answer that was lost is asked for again well
 * before that.
 */
const FIRST_PATIENCE_MS = 4_000;
const RETRY_MS = 200;

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** True when the controller says that there is no session, rather than nothing or something else. */
function isRefused(error: unknown): boolean {
  const failure = toRequestFailure(error);
  if (failure instanceof NetworkError) return false;
  return (['forbidden', 'unauthorized', 'validation_error'] as const).some((type) => type === failure.type);
}

/** Where a person goes after signing in; only pages of the console itself. */
export function safeReturnUrl(url: string | null | undefined): string {
  return url && /^\/(?![/\\])/.test(url) && !url.startsWith('/sign-in') ? url : '/';
}

/** Knows who is signed in, and keeps the session going. */
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

  /** The session to send requests with; null when nobody is signed in. */
  session(): StoredSession | null {
    const state = this.current();
    return state.name === 'signed-in' ? state.session : null;
  }

  /** Signs in; the state says how it went. */
  async signIn(email: string, password: string): Promise<boolean> {
    this.current.set({ name: 'signing-in' });
    try {
      this.keep(
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
   * Goes on with the session that another tab, or a sign-in at a provider, has left in the cookie.
   * @returns true when there is one
   */
  async resume(): Promise<boolean> {
    if (this.session()) return true;
    try {
      const session = await this.exchange();
      this.keep(toStoredSession(session, Date.now()));
      return true;
    } catch (error) {
      if (isRefused(error)) this.vault.write(null);
      return false;
    }
  }

  /** Ends the session because its owner wants so, here and at the controller. */
  async signOut(): Promise<void> {
    const session = this.session();
    this.forget('by-choice');
    // A controller that is away cannot be told; the session then ends by itself.
    const told =
      session && this.api.callAs(session.accessToken, API.logout, { body: {} }).catch(() => undefined);
    await this.router.navigateByUrl('/sign-in');
    await told;
  }

  /** True when the access token ends too soon to be sent. */
  isExpiring(session: StoredSession): boolean {
    return Date.now() >= session.expiresAtMs - MARGIN_MS;
  }

  /** True when a refused access token may be refused for its age. */
  mayBeStale(session: StoredSession): boolean {
    return Date.now() - session.receivedAtMs >= FRESH_MS;
  }

  /**
   * Gets a new access token. However many requests ask, one goes out: a refresh token is good once,
   * and presenting it again later ends the session.
   */
  renew(): Promise<Renewal> {
    this.renewing ??= this.renewOnce().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  /** The controller does not know the session any more: back to signing in, and from there back here. */
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
      // Whoever signed out meanwhile must stay signed out.
      if (this.session() !== session) return 'ended';
      this.keep(toStoredSession(renewed, Date.now()));
      return 'renewed';
    } catch (error) {
      if (!isRefused(error)) return 'unreachable';
      if (this.session() === session) await this.end();
      return 'ended';
    }
  }

  /**
   * One tab at a time: they share the cookie. Where the browser has no locks (plain HTTP with a host name), tabs may ask at
   * once, and the controller answers them alike.
   */
  private exchange(): Promise<Session> {
    return this.locks ? this.locks.request(LOCK, () => this.askTwice()) : this.askTwice();
  }

  /** Asks once more when no answer came: the controller may have exchanged the token. */
  private async askTwice(): Promise<Session> {
    try {
      return await this.api.callAnonymously(API.refresh, { body: {} }, FIRST_PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      await later(RETRY_MS);
      return this.api.callAnonymously(API.refresh, { body: {} });
    }
  }

  private restore(): AuthState {
    const session = this.vault.read();
    return session ? { name: 'signed-in', session } : { name: 'signed-out', reason: 'never' };
  }

  private keep(session: StoredSession): void {
    this.vault.write(session);
    this.current.set({ name: 'signed-in', session });
  }

  private forget(reason: SignedOutReason): void {
    this.vault.write(null);
    this.current.set({ name: 'signed-out', reason });
  }
}
