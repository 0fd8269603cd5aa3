import { DOCUMENT, inject, Injectable, InjectionToken, signal } from '@angular/core';

/** Fetches the console's own page, not the API. */
export const PAGE_FETCH = new InjectionToken<typeof fetch>('PAGE_FETCH', {
  providedIn: 'root',
  factory: () => globalThis.fetch?.bind(globalThis),
});

/** Loads a URL of the console with the controller's current code. */
export const OPEN_ANEW = new InjectionToken<(url: string) => void>('OPEN_ANEW', {
  providedIn: 'root',
  factory: () => {
    const { location } = inject(DOCUMENT);
    return (url) => (url === location.pathname + location.search ? location.reload() : location.assign(url));
  },
});

/** Whether this tab has the code that it needs. */
export type CodeState =
  | { name: 'fine' }
  /** The tab was opened before an upgrade, with the old console. */
  | { name: 'replaced' }
  /** The tab was reloaded because of an upgrade. */
  | { name: 'opened-anew' }
  /** A part of the console could not be loaded; `url` is the page to open. */
  | { name: 'missing'; url: string; isReachable: boolean };

const KEY = 'moolai.opened-anew';
const PATIENCE_MS = 5_000;
/** A page is reloaded only once: if its code is still missing, the server lacks it. */
const AGAIN_MS = 30_000;
/** The page is small, and upgrades are rare. */
const CHECK_EVERY_MS = 60_000;
const NOTICE_MS = 15_000;
/** The name of the first script contains a hash of all others. */
const MAIN_SCRIPT = /src="([^"]*main[\w.-]*\.js)"/;
/** Error texts of Chromium, Firefox and Safari for a script that cannot be loaded. */
const CANNOT_LOAD = /dynamically imported module|importing a module script failed/i;

/** True when a part of the console's code could not be loaded. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && CANNOT_LOAD.test(error.message);
}

/**
 * Notices that parts of the console cannot be loaded. An upgrade replaces them all, so that the links of a tab from before
 * lead nowhere; and browsers do not ask again for a part that failed once. In both cases the page is opened anew.
 */
@Injectable({ providedIn: 'root' })
export class ConsoleCode {
  private readonly document = inject(DOCUMENT);
  private readonly fetch = inject(PAGE_FETCH);
  private readonly openAnew = inject(OPEN_ANEW);
  private readonly storage = this.document.defaultView?.sessionStorage;
  private readonly current = signal<CodeState>(this.restore());
  private checkedAtMs = Date.now();

  readonly state = this.current.asReadonly();

  /** Looks now and then whether the controller has another console by now. */
  async check(): Promise<void> {
    if (Date.now() - this.checkedAtMs < CHECK_EVERY_MS) return;
    this.checkedAtMs = Date.now();
    if ((await this.compareScript()) === 'replaced') this.current.set({ name: 'replaced' });
  }

  /** Opens a page anew whose code could not be loaded; says so when that is of no use. */
  async open(url: string): Promise<void> {
    const found = await this.compareScript();
    if (found === 'unreachable' || this.hasJustOpened(url)) {
      this.current.set({ name: 'missing', url, isReachable: found !== 'unreachable' });
      return;
    }
    this.storage?.setItem(KEY, JSON.stringify({ url, atMs: Date.now(), isUpgrade: found === 'replaced' }));
    this.openAnew(url);
  }

  /** Loads a part of the open page; a failure is reported, because reloading could lose input. */
  async load<T>(load: () => Promise<T>): Promise<T> {
    try {
      return await load();
    } catch (error) {
      if (isMissingCode(error)) void this.reportMissing();
      throw error;
    }
  }

  /** Reloads the current page on request of the user. */
  reload(): void {
    const state = this.current();
    const { pathname, search } = this.document.location;
    if (state.name !== 'missing') this.openAnew(pathname + search);
    else {
      this.storage?.removeItem(KEY);
      void this.open(state.url);
    }
  }

  /** Another page was opened, so its code is present. */
  arrived(): void {
    if (this.current().name === 'missing') this.current.set({ name: 'fine' });
  }

  dismiss(): void {
    this.current.set({ name: 'fine' });
  }

  private async reportMissing(): Promise<void> {
    const found = await this.compareScript();
    const { pathname, search } = this.document.location;
    this.current.set(
      found === 'replaced'
        ? { name: 'replaced' }
        : { name: 'missing', url: pathname + search, isReachable: found === 'same' },
    );
  }

  private async compareScript(): Promise<'same' | 'replaced' | 'unreachable'> {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await this.fetch(this.document.baseURI, { cache: 'no-store', signal });
      if (!answer.ok) return 'unreachable';
      const [, theirs] = MAIN_SCRIPT.exec(await answer.text()) ?? [];
      const ours = this.document.querySelector('script[src*="main"]')?.getAttribute('src');
      return theirs !== undefined && ours && theirs !== ours ? 'replaced' : 'same';
    } catch {
      // The page could not be loaded, for any reason.
      return 'unreachable';
    }
  }

  private hasJustOpened(url: string): boolean {
    const kept = this.kept();
    return kept?.url === url && Date.now() - kept.atMs < AGAIN_MS;
  }

  private restore(): CodeState {
    const kept = this.kept();
    if (!kept?.isUpgrade || Date.now() - kept.atMs > AGAIN_MS) return { name: 'fine' };
    setTimeout(() => {
      if (this.current().name === 'opened-anew') this.dismiss();
    }, NOTICE_MS);
    return { name: 'opened-anew' };
  }

  private kept(): { url: string; atMs: number; isUpgrade: boolean } | null {
    try {
      return JSON.parse(this.storage?.getItem(KEY) ?? 'null') as ReturnType<ConsoleCode['kept']>;
    } catch {
      // Foreign content.
      return null;
    }
  }
}
