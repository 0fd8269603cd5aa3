import { Inject, Injectable } from '@nestjs/common';
import type {
  CredentialAckMessage,
  MessageAckMessage,
  OrchestratorMessage,
  WsErrorCode,
} from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { CredentialUses } from '../credentials/index.js';
import { DeliveryService } from '../delivery/index.js';
import { InboxFull, InboxService, NotStorable } from '../inbox/index.js';
import { LiveStateService, type LiveEntry } from '../live-state/index.js';
import type { Connection } from './connection.js';

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
        this.liveState.markKeepalive(entry, message.health_status);
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
    stored: Promise<number>,
  ): void {
    stored.then(
      (messageId) => {
        if (clientMessageId === undefined) return;
        connection.sendMessage({
          type: 'received',
          client_message_id: clientMessageId,
          message_id: messageId,
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
    } else if (error instanceof InboxFull) {
      this.fail(connection, 'rate_limited', 'Too much waits to be stored; slow down.');
    } else {
      this.warn(connection.entry, `a message could not be stored: ${error.message}`);
    }
  }
}
