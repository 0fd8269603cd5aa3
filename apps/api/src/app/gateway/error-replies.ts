import { Inject, Injectable } from '@nestjs/common';
import type { WsErrorCode } from '@moolai/contracts';
import { QueueFull } from '../../platform/batching/batch-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { NotStorable } from '../inbox/index.js';
import type { LiveEntry } from '../live-state/index.js';
import type { Connection } from './connection.js';

/** Orchestrators try again after this time or up to twice as much, so that they do not all come at once. */
const RETRY_MIN_MS = 5_000;

/** Tells orchestrators, and the log, about messages that could not be processed. */
@Injectable()
export class ErrorReplies {
  constructor(
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  fail(connection: Connection, code: WsErrorCode, detail: string): void {
    connection.fail(code, detail, this.clock.monotonicMs());
  }

  /** One reply covers everything that is refused until its time is over. */
  replyRateLimited(connection: Connection, about: string, detail: string): void {
    const retryAfterMs = RETRY_MIN_MS + Math.floor(Math.random() * RETRY_MIN_MS);
    connection.failOnce(about, RETRY_MIN_MS, 'rate_limited', detail, this.clock.monotonicMs(), retryAfterMs);
  }

  /** Replies to a report that was not stored. After a failure of ours there is no reply: the orchestrator sends it again. */
  refuse(connection: Connection, error: Error): void {
    if (error instanceof NotStorable) {
      this.fail(connection, 'invalid_message', `The message is refused: ${error.message}.`);
    } else if (error instanceof QueueFull) {
      this.replyRateLimited(
        connection,
        'inbox',
        'Too much waits to be stored; send it again after retry_after_ms.',
      );
    } else {
      this.warn(connection.entry, `a message could not be stored: ${error.message}`);
    }
  }

  warn(entry: LiveEntry | undefined, what: string): void {
    this.logger.warn({ orchestrator_id: entry?.orchestratorId }, what);
  }

  error(entry: LiveEntry | undefined, error: Error, what: string): void {
    this.logger.error({ err: error, orchestrator_id: entry?.orchestratorId }, what);
  }
}
