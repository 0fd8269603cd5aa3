import { isPasswordRefused } from './connection-problem.js';

/**
 * The database password, which may be replaced while the controller runs. The previous one is used until the server
 * refuses it, because file and server may change in either order.
 */
export class RotatingPassword {
  private current: string;
  private changes = 0;
  private readonly listeners = new Set<() => void>();

  /** @param read returns the current content of the file */
  constructor(private readonly read: () => string) {
    this.current = read();
  }

  get value(): string {
    return this.current;
  }

  /** Increases each time the password is replaced. */
  get version(): number {
    return this.changes;
  }

  /** Calls `listener` after each replacement of the password. */
  onRenewed(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** True if `error` refuses the password of `version`, and a newer one is available. */
  isRenewedAfter(error: unknown, version: number): boolean {
    if (!isPasswordRefused(error)) return false;
    if (version === this.changes) this.renew();
    return version !== this.changes;
  }

  private renew(): void {
    const found = this.readPassword();
    if (!found || found === this.current) return;
    this.current = found;
    this.changes += 1;
    for (const listener of this.listeners) listener();
  }

  private readPassword(): string | undefined {
    try {
      return this.read();
    } catch {
      // The file is being replaced; the next refusal reads it again.
      return undefined;
    }
  }
}
