import { Injectable } from '@nestjs/common';
import {
  type Message,
  type MessageStatus,
  type Overview,
  type Page,
  type SendMessageRequest,
} from '@moolai/contracts';
import { SpanKind } from '@opentelemetry/api';
import type { MessageListQueryDto } from '@moolai/dtos';
import type { Actor } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { currentTraceparent, inSpan } from '../../platform/tracing/spans.js';
import { AuditTrail } from '../audit/index.js';
import { MessageHints, messageCreated, messageStatusChanged } from '../delivery/index.js';
import { FleetEvents } from '../events/index.js';
import type { RequestKey } from '../idempotency/index.js';
import { toMessage } from './message.mapper.js';
import { MessageStore, type StoreOutcome } from './message-store.js';
import { MessagesRepository, type NewMessage } from './messages.repository.js';

/** Messages, for administrators. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly repository: MessagesRepository,
    private readonly store: MessageStore,
    private readonly hints: MessageHints,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Stores a message and starts its delivery. Once this resolves, it is in the database and will be delivered even if
   * this process ends. A repeated request gets the same answer.
   * @throws NotFoundError
   * @throws AppError `conflict` for a key that was used with another body
   */
  async send(
    orchestratorId: string,
    request: SendMessageRequest,
    actor: Actor,
    requestKey?: RequestKey,
  ): Promise<Message> {
    const { message_type: messageType, message_content: content, expires_in_sec } = request;
    const expiresAt =
      expires_in_sec === undefined ? null : new Date(this.clock.nowMs() + expires_in_sec * 1_000);
    const bytes = Buffer.byteLength(JSON.stringify(content));
    const message = {
      orchestratorId,
      messageType,
      content,
      bytes,
      expiresAt,
      createdBy: actor.name,
      scope: actor.scope,
      requestKey,
      record: this.audit.draft({
        actor,
        action: 'message.created',
        targetType: 'message',
        after: {
          orchestrator_id: orchestratorId,
          message_type: messageType,
          // Only the size, because the content is private.
          bytes,
          expires_at: expiresAt?.toISOString() ?? null,
        },
      }),
    };
    const outcome = await this.stored(message);
    if ('answer' in outcome) return outcome.answer;
    this.events.publish(messageCreated(outcome.row, actor.name));
    this.hints.stored(orchestratorId, outcome.row.id, expiresAt);
    return toMessage(outcome.row);
  }

  async list(query: MessageListQueryDto, scope: Scope): Promise<Page<Message>> {
    const { rows, total } = await this.repository.list(query, scope);
    return { items: rows.map(toMessage), total, page: query.page, page_size: query.page_size };
  }

  /** @throws NotFoundError */
  async get(id: number, scope: Scope): Promise<Message> {
    const row = await this.repository.find(id, scope);
    if (!row) throw new NotFoundError('message', String(id));
    return toMessage(row);
  }

  /**
   * Changes a message's status by hand.
   * @throws NotFoundError
   * @throws AppError `conflict` for a transition that the state machine forbids
   */
  async setStatus(id: number, status: MessageStatus, actor: Actor): Promise<Message> {
    const row = await this.store.move(id, status, actor);
    if (!row) {
      const present = await this.get(id, actor.scope);
      throw new AppError('conflict', `A message that is ${present.status} cannot become ${status}.`);
    }
    this.events.publish(messageStatusChanged(row, actor.name));
    if (status === 'sent') this.hints.handedOver(row.orchestratorId, id);
    else if (row.direction === 'to_orchestrator') this.hints.settled(row.orchestratorId, id);
    return toMessage(row);
  }

  /** Settles the open messages of a deleted orchestrator. */
  cancelAll(tx: Transaction, orchestratorId: string): Promise<void> {
    return this.repository.cancelAll(tx, orchestratorId);
  }

  count(scope: Scope): Promise<Overview['messages']> {
    return this.repository.count(scope);
  }

  /** Number of messages per status, for metrics. */
  countByState(): Promise<Map<string, number>> {
    return this.repository.countByState();
  }

  /** Traces the storing, so that the later delivery belongs to the same trace. */
  private stored(message: Omit<NewMessage, 'traceparent'>): Promise<StoreOutcome> {
    const { orchestratorId, messageType } = message;
    const attributes = {
      'moolai.orchestrator_id': orchestratorId,
      'moolai.message_type': messageType,
    };
    return inSpan('store message', { kind: SpanKind.PRODUCER, attributes }, () =>
      this.store.add({ ...message, traceparent: currentTraceparent() }),
    );
  }
}
