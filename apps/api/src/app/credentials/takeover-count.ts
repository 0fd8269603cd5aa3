import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';

const WINDOW_MS = 60_000;
const KEPT_SEC = 120;
/** Times of one orchestrator; more than the number before a quarantine. */
const MAX_TIMES = 8;

/** Counts how often connections of an orchestrator were taken over within the last minute, at all controllers. */
@Injectable()
export class TakeoverCount {
  private readonly takeovers = new Map<string, number[]>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: Clock,
  ) {}

  /** Counts a takeover. Takeovers at other controllers do not count while Redis is away. */
  async add(orchestratorId: string): Promise<number> {
    const here = this.addHere(orchestratorId);
    return Math.max(here, (await this.addInFleet(orchestratorId)) ?? 0);
  }

  /** Earlier takeovers no longer count. */
  async forget(orchestratorId: string): Promise<void> {
    this.takeovers.delete(orchestratorId);
    await this.redis.ask((client) => client.del(this.keyOf(orchestratorId)));
  }

  /** A stream, because Redis gives its entries the time: the clocks of controllers may differ. */
  private addInFleet(orchestratorId: string): Promise<number | undefined> {
    const key = this.keyOf(orchestratorId);
    return this.redis.ask(async (client) => {
      const id = await client.xAdd(key, '*', { t: '1' });
      const since = Number(id.split('-', 1).join()) - WINDOW_MS;
      const [, , recent] = await client
        .multi()
        .xTrim(key, 'MAXLEN', MAX_TIMES)
        .expire(key, KEPT_SEC)
        .xRange(key, String(since + 1), '+')
        .execTyped();
      return recent?.length;
    });
  }

  private addHere(orchestratorId: string): number {
    const nowMs = this.clock.monotonicMs();
    this.dropOld(nowMs);
    const times = this.takeovers.get(orchestratorId) ?? [];
    times.push(nowMs);
    // Moves it to the end: the map is ordered by the latest takeover.
    this.takeovers.delete(orchestratorId);
    this.takeovers.set(orchestratorId, times.slice(-MAX_TIMES));
    return times.filter((time) => nowMs - time < WINDOW_MS).length;
  }

  private dropOld(nowMs: number): void {
    for (const [orchestratorId, times] of this.takeovers) {
      if (nowMs - (times.at(-1) ?? -Infinity) < WINDOW_MS) break;
      this.takeovers.delete(orchestratorId);
    }
  }

  private keyOf(orchestratorId: string): string {
    return this.redis.key(`takeovers:${orchestratorId}`);
  }
}
