import { Inject, Injectable } from '@nestjs/common';
import {
  CLOSE_CODES,
  type CredentialAckMessage,
  HealthStatus,
  type MessageAckMessage,
  type OrchestratorMessage,
  type WsErrorCode,
} from '@moolai/contracts';
import { QueueFull } from '../../platform/batching/batch-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { CredentialUses } from '../credentials/index.js';
import { DeliveryService } from '../delivery/index.js';
import { InboxService, NotStorable, type StoredReport } from '../inbox/index.js';
import { LiveStateService, type LiveEntry } from '../live-state/index.js';
import type { Connection } from './connection.js';

/** Whoever is to try again does so after this, and up to twice as long: not everybody at one moment. */
const RETRY_MIN_MS = 5_000;

/** Hands each message of a registered orchestrator to the service that it is for. */
@Injectable()
export class MessageDispatcher {
  constructor(
    private readonly liveState: LiveStateService,
    private readonly inbox: InboxService,
    private readonly delivery: DeliveryService,
    private readonly credentials: CredentialUses,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param bytes the frame as it came */
  dispatch(connection: Connection, entry: LiveEntry, message: OrchestratorMessage, bytes: Buffer): void {
    if ('orchestrator_id' in message && message.orchestrator_id !== entry.orchestratorId) {
      const detail = 'This connection is registered as another orchestrator.';
      this.fail(connection, 'orchestrator_id_mismatch', detail);
      return;
    }
    switch (message.type) {
      case 'i_am_alive':
        this.takeHeartbeat(connection, entry, message.health_status);
        return;
      case 'recommendation':
        this.answerReceived(connection, message.client_message_id, this.inbox.recommend(entry, message));
        return;
      case 'monitoring':
        this.answerReceived(connection, message.client_message_id, this.inbox.report(entry, message, bytes));
        return;
      case 'config_ack':
        this.liveState.markConfigAck(entry, message);
        return;
      case 'message_ack':
        void this.acknowledge(connection, entry, message);
        return;
      case 'credential_ack':
        void this.acknowledgeCredential(connection, entry, message);
        return;
      case 'register':
        this.fail(connection, 'invalid_message', 'This connection is registered already.');
    }
  }

  /** Health that comes with an ignored heartbeat is ignored too. */
  private takeHeartbeat(connection: Connection, entry: LiveEntry, health: HealthStatus | undefined): void {
    const outcome = this.liveState.markKeepalive(entry);
    if (!health || outcome === 'ignored' || this.liveState.reportHealth(entry, health)) return;
    this.askToWait(connection, 'health', 'Too much health_status waits to be stored; the heartbeat counts.');
  }

  /** One answer stands for all that is refused until its time is over. */
  private askToWait(connection: Connection, about: string, detail: string): void {
    const retryAfterMs = RETRY_MIN_MS + Math.floor(Math.random() * RETRY_MIN_MS);
    connection.failOnce(about, RETRY_MIN_MS, 'rate_limited', detail, this.clock.monotonicMs(), retryAfterMs);
  }

  /** A frame could not be worked off for a fault of ours: it has no answer, so the orchestrator must come again. */
  failed(connection: Connection, error: Error): void {
    this.logger.error({ err: error, orchestrator_id: connection.entry?.orchestratorId }, 'a frame failed');
    connection.close(CLOSE_CODES.tryAgainLater, 'internal error');
  }

  private fail(connection: Connection, code: WsErrorCode, detail: string): void {
    connection.fail(code, detail, this.clock.monotonicMs());
  }

  /** Never rejects: what could not be looked up is neither taken nor refused, and comes again. */
  private async acknowledge(
    connection: Connection,
    entry: LiveEntry,
    message: MessageAckMessage,
  ): Promise<void> {
    try {
      const outcome = await this.delivery.acknowledge(entry, message);
      if (outcome === 'taken') connection.refundFrame();
      if (outcome === 'unknown') {
        this.fail(connection, 'invalid_message', 'There is no message with this id to this orchestrator.');
      }
    } catch (error) {
      if (error instanceof QueueFull) {
        const detail = 'Too many acknowledgements wait to be stored; send it again after retry_after_ms.';
        this.askToWait(connection, 'acknowledgements', detail);
        return;
      }
      this.warn(entry, `an acknowledgement could not be looked up: ${(error as Error).message}`);
    }
  }

  /** Never rejects: what could not be noted is noted when the credential is presented. */
  private async acknowledgeCredential(
    connection: Connection,
    entry: LiveEntry,
    { credential }: CredentialAckMessage,
  ): Promise<void> {
    try {
      if (await this.credentials.acknowledged(entry, credential)) return;
      this.fail(connection, 'invalid_message', 'This credential was not offered on this connection.');
    } catch (error) {
      this.warn(entry, `an acknowledged credential could not be noted: ${(error as Error).message}`);
    }
  }

  /** `received` only after the commit: what failed is not answered, so the orchestrator sends it again. */
  private answerReceived(
    connection: Connection,
    clientMessageId: string | undefined,
    stored: Promise<StoredReport>,
  ): void {
    stored.then(
      ({ id, warning }) => {
        if (clientMessageId === undefined) return;
        connection.sendMessage({
          type: 'received',
          client_message_id: clientMessageId,
          message_id: id,
          ...(warning === undefined ? {} : { warning }),
        });
      },
      (error: Error) => this.refuse(connection, error),
    );
  }

  private warn(entry: LiveEntry | undefined, what: string): void {
    this.logger.warn({ orchestrator_id: entry?.orchestratorId }, what);
  }

  private refuse(connection: Connection, error: Error): void {
    if (error instanceof NotStorable) {
      this.fail(connection, 'invalid_message', `The message is refused: ${error.message}.`);
    } else if (error instanceof QueueFull) {
      this.askToWait(connection, 'inbox', 'Too much waits to be stored; send it again after retry_after_ms.');
    } else {
      this.warn(connection.entry, `a message could not be stored: ${error.message}`);
    }
  }
}
