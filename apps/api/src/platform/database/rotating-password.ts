import { isPasswordRefused } from './connection-problem.js';

/**
 * The password of the database, which may be replaced while the controller runs. The one before is used until the server
 * refuses it: its file may have the new one earlier or later than the server.
 */
export class RotatingPassword {
  private current: string;
  private changes = 0;
  private readonly listeners = new Set<() => void>();

  /** @param read gives what is in the file by now */
  constructor(private readonly read: () => string) {
    this.current = read();
  }

  get value(): string {
    return this.current;
  }

  /** Grows with each password that takes the place of another one. */
  get version(): number {
    return this.changes;
  }

  /** Calls `listener` each time that another password was found. */
  onRenewed(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** True when `error` refuses the password that was the present one at `version`, and there is another one by now. */
  isRenewedAfter(error: unknown, version: number): boolean {
    if (!isPasswordRefused(error)) return false;
    if (version === this.changes) this.renew();
    return version !== this.changes;
  }

  private renew(): void {
    const found = this.look();
    if (!found || found === this.current) return;
    this.current = found;
    this.changes += 1;
    for (const listener of this.listeners) listener();
  }

  private look(): string | undefined {
    try {
      return this.read();
    } catch {
      // It is being replaced; the next refusal looks again.
      return undefined;
    }
  }
}
