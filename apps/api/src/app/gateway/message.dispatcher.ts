import { Inject, Injectable } from '@nestjs/common';
import type { OrchestratorMessage } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LiveStateService, type LiveEntry } from '../live-state/index.js';
import { MessagesService } from '../messages/index.js';
import type { Connection } from './connection.js';

/** Hands each message of a registered orchestrator to the service that it is for. */
@Injectable()
export class MessageDispatcher {
  constructor(
    private readonly liveState: LiveStateService,
    private readonly messages: MessagesService,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  dispatch(connection: Connection, entry: LiveEntry, message: OrchestratorMessage): void {
    if ('orchestrator_id' in message && message.orchestrator_id !== entry.orchestratorId) {
      this.fail(
        connection,
        'orchestrator_id_mismatch',
        'This connection is registered as another orchestrator.',
      );
      return;
    }
    switch (message.type) {
      case 'i_am_alive':
        this.liveState.markKeepalive(entry, message.health_status);
        return;
      case 'recommendation':
        this.answerReceived(connection, message.client_message_id, this.messages.recommend(entry, message));
        return;
      case 'monitoring':
        this.answerReceived(connection, message.client_message_id, this.messages.report(entry, message));
        return;
      case 'config_ack':
        this.logFailure(entry, this.messages.configAcknowledged(entry, message));
        return;
      case 'message_ack':
        this.fail(connection, 'invalid_message', 'No message with this id waits for an acknowledgement.');
        return;
      case 'register':
        this.fail(connection, 'invalid_message', 'This connection is registered already.');
    }
  }

  private fail(
    connection: Connection,
    code: 'orchestrator_id_mismatch' | 'invalid_message',
    detail: string,
  ): void {
    connection.fail(code, detail, this.clock.nowMs());
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
      (error: Error) => this.logger.warn(`a message could not be stored: ${error.message}`),
    );
  }

  private logFailure(entry: LiveEntry, work: Promise<void>): void {
    work.catch((error: Error) => {
      this.logger.warn({ orchestrator_id: entry.orchestratorId }, `not stored: ${error.message}`);
    });
  }
}
