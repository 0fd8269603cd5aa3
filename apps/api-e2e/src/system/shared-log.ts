import { ByteBudget, createLogger, LiveRedis, loadSettings, openEventLog, type EventLog } from '@moolai/api';
import type { FleetEvent } from '@moolai/contracts';

/** One for all, because each adds a listener to the process. */
const LOGGER = createLogger(loadSettings({ LOG_LEVEL: 'silent' }));

/** The log of one controller, with its own connections to Redis, without the rest. */
export class SharedLog {
  readonly events: FleetEvent[] = [];
  gaps = 0;
  /** How many events had come when the last gap was announced. */
  eventsAtGap = 0;
  private count = 0;

  private constructor(
    readonly name: string,
    readonly redis: LiveRedis,
    readonly log: EventLog,
  ) {
    log.deliverTo({
      onEvent: (event) => this.events.push(event),
      onGap: () => {
        this.gaps += 1;
        this.eventsAtGap = this.events.length;
      },
    });
  }

  /** @param others the other controllers that the database knows */
  static async open(name: string, url: string, others = ['another']): Promise<SharedLog> {
    const settings = loadSettings({ REDIS_URL: url });
    if (!settings.redis) throw new Error('there is no Redis');
    const redis = new LiveRedis(settings.redis, 'fleet', LOGGER);
    await redis.start();
    const budgets = { activity: new ByteBudget(100 * 1024 * 1024) };
    return new SharedLog(name, redis, openEventLog(settings, budgets, redis, LOGGER, { others }));
  }

  /** Adds events whose summaries have the name of this log and a number. */
  add(count = 1): void {
    for (let done = 0; done < count; done += 1) {
      this.count += 1;
      this.log.add({
        id: '',
        type: 'orchestrator.changed',
        at: new Date().toISOString(),
        organization_id: 'org-1',
        orchestrator_id: 'orch-1',
        actor: 'system',
        summary: `${this.name} ${this.count}`,
        data: {},
      });
    }
  }

  get ids(): string[] {
    return this.events.map(({ id }) => id);
  }

  get summaries(): string[] {
    return this.events.map(({ summary }) => summary);
  }

  /** The events that a reader with this id has missed; undefined if it must load everything again. */
  missedSince(id: string): string[] | undefined {
    const resumption = this.log.since(id);
    return resumption.isComplete ? resumption.missed.map(({ summary }) => summary) : undefined;
  }

  /** What the activity list shows, oldest first. */
  get activity(): FleetEvent[] {
    return [...this.log.newestFirst()].reverse();
  }

  async close(): Promise<void> {
    await this.redis.onApplicationShutdown();
  }
}
