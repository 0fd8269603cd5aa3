import { Injectable } from '@nestjs/common';
import {
  CLOSE_CODES,
  type CredentialAckMessage,
  HealthStatus,
  type MessageAckMessage,
  type OrchestratorMessage,
} from '@moolai/contracts';
import { QueueFull } from '../../platform/batching/batch-queue.js';
import { ConfigAcknowledgement } from '../configuration/index.js';
import { CredentialUses } from '../credentials/index.js';
import { DeliveryService } from '../delivery/index.js';
import { InboxService, type StoredReport } from '../inbox/index.js';
import { LiveReports, type LiveEntry } from '../live-state/index.js';
import type { Connection } from './connection.js';
import { ErrorReplies } from './error-replies.js';

/** Passes each message of a registered orchestrator to its service. */
@Injectable()
export class MessageDispatcher {
  constructor(
    private readonly reports: LiveReports,
    private readonly inbox: InboxService,
    private readonly delivery: DeliveryService,
    private readonly credentials: CredentialUses,
    private readonly configuration: ConfigAcknowledgement,
    private readonly replies: ErrorReplies,
  ) {}

  /** @param bytes the received frame */
  dispatch(connection: Connection, entry: LiveEntry, message: OrchestratorMessage, bytes: Buffer): void {
    if ('orchestrator_id' in message && message.orchestrator_id !== entry.orchestratorId) {
      const detail = 'This connection is registered as another orchestrator.';
      this.replies.fail(connection, 'orchestrator_id_mismatch', detail);
      return;
    }
    switch (message.type) {
      case 'i_am_alive':
        this.handleHeartbeat(connection, entry, message.health_status);
        return;
      case 'recommendation':
        this.answerReceived(connection, message.client_message_id, this.inbox.recommend(entry, message));
        return;
      case 'monitoring':
        this.answerReceived(connection, message.client_message_id, this.inbox.report(entry, message, bytes));
        return;
      case 'config_ack':
        this.configuration.record(entry, message);
        return;
      case 'message_ack':
        void this.acknowledge(connection, entry, message);
        return;
      case 'credential_ack':
        void this.acknowledgeCredential(connection, entry, message);
        return;
      case 'register':
        this.replies.fail(connection, 'invalid_message', 'This connection is registered already.');
    }
  }

  private handleHeartbeat(connection: Connection, entry: LiveEntry, health: HealthStatus | undefined): void {
    if (this.reports.heartbeat(entry, health)) return;
    this.replies.replyRateLimited(
      connection,
      'health',
      'Too much health_status waits to be stored; the heartbeat counts.',
    );
  }

  /**
   * A frame could not be processed because of an internal error: it gets no answer, so that the orchestrator sends it
   * again.
   */
  failed(connection: Connection, error: Error): void {
    this.replies.error(connection.entry, error, 'a frame failed');
    connection.close(CLOSE_CODES.tryAgainLater, 'internal error');
  }

  /**
   * Never rejects: an acknowledgement that could not be looked up is neither accepted nor refused, and is sent again.
   */
  private async acknowledge(
    connection: Connection,
    entry: LiveEntry,
    message: MessageAckMessage,
  ): Promise<void> {
    try {
      const outcome = await this.delivery.acknowledge(entry, message);
      if (outcome === 'accepted') connection.refundFrame();
      if (outcome === 'unknown') {
        this.replies.fail(
          connection,
          'invalid_message',
          'There is no message with this id to this orchestrator.',
        );
      }
    } catch (error) {
      if (error instanceof QueueFull) {
        const detail = 'Too many acknowledgements wait to be stored; send it again after retry_after_ms.';
        this.replies.replyRateLimited(connection, 'acknowledgements', detail);
        return;
      }
      this.replies.warn(entry, `an acknowledgement could not be looked up: ${(error as Error).message}`);
    }
  }

  /** Never rejects: an acknowledgement that could not be stored is replaced by presenting the credential. */
  private async acknowledgeCredential(
    connection: Connection,
    entry: LiveEntry,
    { credential }: CredentialAckMessage,
  ): Promise<void> {
    try {
      if (await this.credentials.acknowledged(entry, credential)) return;
      this.replies.fail(connection, 'invalid_message', 'This credential was not offered on this connection.');
    } catch (error) {
      this.replies.warn(entry, `an acknowledged credential could not be noted: ${(error as Error).message}`);
    }
  }

  /**
   * Sends `received` only after the commit: a failure gets no answer, so that the orchestrator sends the message again.
   */
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
      (error: Error) => this.replies.refuse(connection, error),
    );
  }
}
