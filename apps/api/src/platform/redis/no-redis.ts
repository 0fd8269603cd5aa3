import { RedisConnection, type Kept } from './redis-connection.js';

const NOTHING = (): void => undefined;

/** Without `REDIS_URL`: always away, and never back. */
export class NoRedis extends RedisConnection {
  readonly isEnabled = false;
  readonly isUp = false;
  readonly latencyMs = null;

  key(name: string): string {
    return name;
  }

  onUp(): () => void {
    return NOTHING;
  }

  onDown(): () => void {
    return NOTHING;
  }

  ask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  keep(): Kept {
    return { restart: NOTHING, stop: NOTHING };
  }

  subscribe(): Kept {
    return { restart: NOTHING, stop: NOTHING };
  }
}
