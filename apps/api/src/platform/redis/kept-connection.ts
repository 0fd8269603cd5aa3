import { connect, end, type RedisClient } from './redis-client.js';
import type { Kept } from './redis-connection.js';

const AGAIN_MS = 200;
/** One that ends again and again is opened less and less often. */
const LONGEST_PAUSE_MS = 5_000;
const STABLE_MS = 2_000;

/** What a {@link KeptConnection} needs from the shared connection. */
export interface Keeper {
  readonly isUp: boolean;
  open(name: string): RedisClient;
  /** Reports why a connection ended while Redis was up. */
  ended(name: string, error: unknown): void;
  forget(kept: KeptConnection): void;
}

/** One connection besides the shared one. It is opened again as long as Redis is up. */
export class KeptConnection implements Kept {
  private client: RedisClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private pauseMs = AGAIN_MS;
  private isStopped = false;

  constructor(
    private readonly keeper: Keeper,
    private readonly name: string,
    private readonly use: (client: RedisClient) => Promise<void>,
  ) {}

  /** Opens the connection unless it is open or Redis is away. */
  begin(): void {
    if (this.isRunning || this.isStopped || !this.keeper.isUp) return;
    this.isRunning = true;
    const startedAt = performance.now();
    void this.run().finally(() => {
      this.isRunning = false;
      const wasStable = performance.now() - startedAt > STABLE_MS;
      this.pauseMs = wasStable ? AGAIN_MS : Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.begin(), this.pauseMs).unref();
    });
  }

  restart(): void {
    if (this.client) end(this.client);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.restart();
    this.keeper.forget(this);
  }

  private async run(): Promise<void> {
    const client = this.keeper.open(this.name);
    this.client = client;
    try {
      await connect(client);
      const ended = new Promise<never>((_, reject) => {
        client.once('error', reject);
        client.once('end', () => reject(new Error('the connection was ended')));
      });
      await Promise.race([this.use(client), ended]);
    } catch (error) {
      if (!this.isStopped && this.keeper.isUp) this.keeper.ended(this.name, error);
    } finally {
      this.client = undefined;
      end(client);
    }
  }
}
