/** Simulates what the tabs of a browser share, for tests with several tabs in one page. */

/** Replaces the browser's `BroadcastChannel`. */
export class FakeChannel {
  private static readonly open = new Set<FakeChannel>();
  onmessage: ((event: MessageEvent) => void) | null = null;
  /** Channels of tabs that hang. */
  static readonly muted = new Set<FakeChannel>();
  static latest: FakeChannel | undefined;

  constructor(private readonly name: string) {
    FakeChannel.open.add(this);
    FakeChannel.latest = this;
  }

  static install(): void {
    FakeChannel.open.clear();
    FakeChannel.muted.clear();
    Object.defineProperty(globalThis, 'BroadcastChannel', { value: FakeChannel, configurable: true });
  }

  static remove(): void {
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
  }

  postMessage(data: unknown): void {
    if (FakeChannel.muted.has(this)) return;
    for (const other of FakeChannel.open) {
      if (other === this || other.name !== this.name) continue;
      queueMicrotask(() => {
        if (FakeChannel.open.has(other)) other.onmessage?.(new MessageEvent('message', { data }));
      });
    }
  }

  close(): void {
    FakeChannel.open.delete(this);
  }
}

interface Waiting {
  readonly grant: () => void;
}

/** Replaces the browser's locks: one holder per name, the others wait in order. */
export class FakeLocks {
  private holder: { readonly lose: () => void } | undefined;
  private waiting: Waiting[] = [];

  asLockManager(): LockManager {
    return this as unknown as LockManager;
  }

  request(
    _name: string,
    { signal, steal }: { signal?: AbortSignal; steal?: boolean },
    work: () => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (): void => reject(new DOMException('', 'AbortError'));
      if (signal?.aborted) {
        refuse();
        return;
      }
      const one: Waiting = {
        grant: () => {
          const holder = { lose: refuse };
          this.holder = holder;
          void work()
            .then(resolve, reject)
            .finally(() => {
              if (this.holder === holder) this.next();
            });
        },
      };
      signal?.addEventListener('abort', () => {
        this.waiting = this.waiting.filter((other) => other !== one);
        refuse();
      });
      if (steal) this.holder?.lose();
      if (steal || !this.holder) one.grant();
      else this.waiting.push(one);
    });
  }

  private next(): void {
    this.holder = undefined;
    this.waiting.shift()?.grant();
  }
}
