import { DOCUMENT, inject, InjectionToken } from '@angular/core';

/** Lets one tab of the browser at a time do something. */
export interface Turns {
  /**
   * Waits for this tab's turn, then works. The turn ends with the work.
   * @param waiting aborts the wait for a turn; the work must end by itself
   * @param work its signal is aborted when another tab takes the turn over
   * @param takesOver does not wait, because the tab with the turn is silent
   */
  hold(
    name: string,
    waiting: AbortSignal,
    work: (lost: AbortSignal) => Promise<void>,
    takesOver: boolean,
  ): Promise<void>;
}

/** How tabs take turns; null without communication between tabs. */
export const TURNS = new InjectionToken<Turns | null>('TURNS', {
  providedIn: 'root',
  factory: () => {
    const window = inject(DOCUMENT).defaultView;
    if (!window || typeof window.BroadcastChannel !== 'function') return null;
    const { locks } = window.navigator as { locks?: LockManager };
    return locks ? new LockTurns(locks) : new LeaseTurns(window);
  },
});

/** Uses the browser's locks, which end with their tab. Not available over plain HTTP with a host name. */
export class LockTurns implements Turns {
  constructor(private readonly locks: LockManager) {}

  async hold(...[name, waiting, work, takesOver]: Parameters<Turns['hold']>): Promise<void> {
    const lost = new AbortController();
    try {
      await this.locks.request(name, takesOver ? { steal: true } : { signal: waiting }, () =>
        work(lost.signal),
      );
    } catch (error) {
      // Either the wait was aborted, or another tab has taken the turn over.
      if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
    } finally {
      lost.abort();
    }
  }
}

/** A turn that was not renewed for this long has expired: its tab has crashed. */
const LEASE_MS = 6_000;
const RENEW_MS = 2_000;
const LOOK_MS = 1_000;
/** Two tabs may take a free turn at once; after this time both see which of them wrote last. */
const SETTLE_MS = 250;

/** Uses an entry in the tabs' shared storage, which the tab with the turn renews. */
export class LeaseTurns implements Turns {
  private readonly id = Math.random().toString(36).slice(2);

  constructor(private readonly window: Window) {}

  async hold(...[name, waiting, work, takesOver]: Parameters<Turns['hold']>): Promise<void> {
    const key = `${name}.turn`;
    if (!(await this.obtain(key, waiting, takesOver))) return;
    const lost = new AbortController();
    const renewal = setInterval(() => {
      if (this.isMine(key)) this.write(key);
      else lost.abort();
    }, RENEW_MS);
    const giveBack = (): void => {
      if (this.isMine(key)) this.window.localStorage.removeItem(key);
    };
    this.window.addEventListener('pagehide', giveBack);
    try {
      await work(lost.signal);
    } finally {
      this.window.removeEventListener('pagehide', giveBack);
      clearInterval(renewal);
      giveBack();
      lost.abort();
    }
  }

  private async obtain(key: string, waiting: AbortSignal, takesOver: boolean): Promise<boolean> {
    let isFree = takesOver;
    while (!waiting.aborted) {
      if (isFree || this.isFree(key)) {
        this.write(key);
        await this.pause(SETTLE_MS, waiting);
        if (this.isMine(key)) return true;
      } else {
        await this.pause(LOOK_MS, waiting, key);
      }
      isFree = false;
    }
    return false;
  }

  private isFree(key: string): boolean {
    const until = Number(this.window.localStorage.getItem(key)?.split(' ')[1] ?? 0);
    const leftMs = until - Date.now();
    // More than a whole lease: the clock was set back.
    return !(leftMs > 0 && leftMs <= LEASE_MS);
  }

  private isMine(key: string): boolean {
    return this.window.localStorage.getItem(key)?.split(' ')[0] === this.id;
  }

  private write(key: string): void {
    this.window.localStorage.setItem(key, `${this.id} ${Date.now() + LEASE_MS}`);
  }

  /** Ends early with `waiting`, or when another tab returns `key`. */
  private pause(ms: number, waiting: AbortSignal, key?: string): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        waiting.removeEventListener('abort', finish);
        this.window.removeEventListener('storage', onStorage);
        resolve();
      };
      const onStorage = (event: StorageEvent): void => {
        if (event.key === key && event.newValue === null) finish();
      };
      const timer = setTimeout(finish, ms);
      waiting.addEventListener('abort', finish);
      this.window.addEventListener('storage', onStorage);
    });
  }
}
