import type { Logger } from '../logging/logger.js';

interface RecurringOptions {
  /** Milliseconds from the begin of one turn to the begin of the next one. */
  everyMs: number;
  /** One turn. The next one is left out while this one is under way. */
  work: () => unknown;
  logger: Logger;
  /** Begin of the line of the log when a turn fails; the message of the error follows. */
  failure: string;
}

/** Work that is done again and again, from {@link start} to {@link stop}, one turn at a time. */
export class Recurring {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: RecurringOptions) {}

  start(): void {
    this.timer = setInterval(() => void this.run(), this.options.everyMs).unref();
  }

  /** Starts no turn any more and waits for the one that is under way. Never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Does a turn now, or waits for the one that is under way. Never rejects: a failure is logged. */
  run(): Promise<void> {
    this.running ??= this.turn().finally(() => (this.running = undefined));
    return this.running;
  }

  private async turn(): Promise<void> {
    const { work, logger, failure } = this.options;
    try {
      await work();
    } catch (error) {
      logger.warn(`${failure}: ${(error as Error).message}`);
    }
  }
}
