import { Injectable } from '@nestjs/common';
import type { JsonObject, Message, MessageStatus } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import { BatchPace } from '../../platform/batching/batch-pace.js';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { Transactions, type Transaction } from '../../platform/database/transactions.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';
import { AuditTrail } from '../audit/index.js';
import { statesBefore } from '../delivery/index.js';
import { IdempotencyRepository, nameOf, type KeyState } from '../idempotency/index.js';
import type { MessageEntity } from './message.entity.js';
import { toMessage } from './message.mapper.js';
import { MessagesRepository, type NewMessage } from './messages.repository.js';

/** Limits a statement's size: a message may have a megabyte. */
const MAX_BATCH = 64;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Three quarters of what PostgreSQL spends on a message are spent per transaction, so it pays to collect some. */
const BATCH_INTERVAL_MS = 10;
/** Size of a message without its content. */
const MESSAGE_BYTES = 2_048;

/** A newly stored message, or the stored answer to a repeated request. */
export type StoreOutcome = { row: MessageEntity } | { answer: Message };

/** Stores messages of administrators with their audit records and request keys. */
@Injectable()
export class MessageStore {
  /** Messages that arrive during a transaction share the next one, its commit and its flush to disk. */
  private readonly queue: BatchQueue<NewMessage, StoreOutcome>;
  private keyless = 0;

  constructor(
    private readonly repository: MessagesRepository,
    private readonly idempotency: IdempotencyRepository,
    private readonly audit: AuditTrail,
    private readonly transactions: Transactions,
    { messages: budget }: ByteBudgets,
  ) {
    const weights = {
      bytesOf: ({ bytes }: NewMessage) => MESSAGE_BYTES + bytes,
      maxBatchBytes: MAX_BATCH_BYTES,
      budget,
    };
    const pace = new BatchPace(BATCH_INTERVAL_MS);
    this.queue = new BatchQueue(MAX_BATCH, (messages) => this.storeAll(messages), weights, pace);
  }

  /**
   * Stores a message; resolves after the commit.
   * @throws NotFoundError
   * @throws AppError `conflict` for a key that was used with another body
   */
  add(message: NewMessage): Promise<StoreOutcome> {
    const { requestKey } = message;
    // Without a key every message is distinct. Two with the same key wait for each other.
    return this.queue.add(requestKey ? nameOf(requestKey) : String(++this.keyless), message);
  }

  /** Changes a message's status by hand; undefined if its state or the scope does not allow that. */
  move(id: number, status: MessageStatus, actor: Actor): Promise<MessageEntity | undefined> {
    return this.transactions.run(async (tx) => {
      const from = statesBefore(status, 'administrator');
      const moved = await this.repository.move(tx, id, status, from, actor.scope);
      if (!moved) return undefined;
      await this.audit.record(
        {
          actor,
          action: 'message.status',
          organizationId: moved.row.organizationId,
          target: { type: 'message', id: String(id) },
          before: { status: moved.from },
          after: { status },
        },
        tx,
      );
      return moved.row;
    });
  }

  /** A message that PostgreSQL rejects must not fail the others of its batch. */
  private async storeAll(messages: NewMessage[]): Promise<(StoreOutcome | Error)[]> {
    try {
      return await this.transactions.run((tx) => this.storeTogether(tx, messages));
    } catch (error) {
      if (messages.length === 1 || isDatabaseUnavailable(error)) throw error;
    }
    const outcomes: (StoreOutcome | Error)[] = [];
    for (const message of messages) {
      outcomes.push(...(await this.storeAll([message]).catch((error: Error) => [error])));
    }
    return outcomes;
  }

  private async storeTogether(tx: Transaction, messages: NewMessage[]): Promise<(StoreOutcome | Error)[]> {
    const keyed = messages.filter(({ requestKey }) => requestKey);
    const keys = keyed.flatMap(({ requestKey }) => requestKey ?? []);
    const states = await this.idempotency.reserve(tx, keys);
    const stateOf = new Map(keyed.map((message, index) => [message, states[index]]));
    const wanted = messages.filter((message) => (stateOf.get(message)?.state ?? 'reserved') === 'reserved');
    const rows = await this.repository.createAll(tx, wanted);
    const rowOf = new Map(wanted.map((message, index) => [message, rows[index]]));
    const reserved = wanted.flatMap((message) =>
      message.requestKey ? [{ key: message.requestKey, row: rowOf.get(message) }] : [],
    );
    await this.idempotency.complete(
      tx,
      reserved.map(({ key }) => key),
      reserved.map(({ row }) => (row ? withoutContent(row) : null)),
    );
    return messages.map((message) => outcomeOf(message, stateOf.get(message), rowOf.get(message)));
  }
}

/** Without the content, which a repeated request's body contains. */
function withoutContent(row: MessageEntity): JsonObject {
  const answer: Partial<Message> = toMessage(row);
  delete answer.message_content;
  return answer;
}

function outcomeOf(
  { orchestratorId, content }: NewMessage,
  state: KeyState | undefined,
  row: MessageEntity | undefined,
): StoreOutcome | Error {
  if (state?.state === 'other body') {
    return new AppError('conflict', 'This Idempotency-Key was already used with another body.');
  }
  if (state?.state === 'answered')
    return { answer: { ...state.answer, message_content: content } as unknown as Message };
  return row ? { row } : new NotFoundError('orchestrator', orchestratorId);
}
