import type { Logger } from '../logging/logger.js';

interface RecurringOptions {
  /** Milliseconds between the starts of two turns. */
  everyMs: number;
  /** One turn. A turn that would start during another one is skipped. */
  work: () => unknown;
  logger: Logger;
  /** The log line for a failed turn begins with this; the error's message follows. */
  failure: string;
}

/** Repeats work from {@link start} to {@link stop}, one turn at a time. */
export class Recurring {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: RecurringOptions) {}

  start(): void {
    this.timer = setInterval(() => void this.run(), this.options.everyMs).unref();
  }

  /** Starts no further turn and waits for the current one. Never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Runs a turn now, or waits for the current one. Never rejects: a failure is logged. */
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
