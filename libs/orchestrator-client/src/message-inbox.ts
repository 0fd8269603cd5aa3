import { parseTraceparent, type AdminMessage } from '@moolai/contracts';
import { continueTrace, type Traced } from './continue-trace.js';
import { describeError } from './describe-error.js';
import { keyOf, type HandledMessages, type MessageOutcome } from './handled-messages.js';

/** Acknowledges a message on the connection on which it arrived; does nothing once that connection has ended. */
export type AcknowledgeMessage = (answer: Traced<MessageOutcome>) => void;

/** Collaborators of a {@link MessageInbox}. */
export interface MessageInboxOptions {
  handle: (message: AdminMessage) => void | Promise<void>;
  handled: HandledMessages;
}

interface Delivery {
  message: AdminMessage;
  acknowledge: AcknowledgeMessage;
}

/**
 * Handles messages one at a time in order of arrival, each once.
 *
 * The controller sends a message until it is acknowledged (contract section 3, `message_ack`), so the same message can
 * arrive again while it waits, while it is handled, and long after.
 */
export class MessageInbox {
  /** Waiting messages in order; the first one is being handled. */
  private readonly waiting = new Map<string, Delivery>();
  private isHandling = false;

  constructor(private readonly options: MessageInboxOptions) {}

  /** Accepts a new or repeated message. */
  receive(message: AdminMessage, acknowledge: AcknowledgeMessage): void {
    const key = keyOf(message);
    const waiting = this.waiting.get(key);
    const outcome = this.options.handled.outcomeOf(key);
    // Answer on the connection on which the message last arrived.
    if (waiting) waiting.acknowledge = acknowledge;
    else if (outcome) acknowledge(knownAnswer(outcome, message));
    else this.enqueue(key, { message, acknowledge });
  }

  /** Drops the waiting messages; the one being handled is finished. The controller sends the others again. */
  clear(): void {
    for (const key of [...this.waiting.keys()].slice(this.isHandling ? 1 : 0)) this.waiting.delete(key);
  }

  private enqueue(key: string, delivery: Delivery): void {
    this.waiting.set(key, delivery);
    if (!this.isHandling) void this.handleAll();
  }

  /** Handles the waiting messages one at a time. Never rejects: a failing handler is an outcome. */
  private async handleAll(): Promise<void> {
    this.isHandling = true;
    for (const [key, delivery] of this.waiting) {
      const answer = await this.handle(delivery.message);
      // Recorded before the acknowledgement: after a kill in between, the repeated message is acknowledged without
      // being handled.
      await this.options.handled.remember(key, answer.outcome);
      this.waiting.delete(key);
      delivery.acknowledge(answer);
    }
    this.isHandling = false;
  }

  private handle(message: AdminMessage): Promise<Traced<MessageOutcome>> {
    const attributes = {
      'moolai.message_id': message.message_id,
      'moolai.message_type': message.message_type,
    };
    return continueTrace('handle message', message.traceparent, attributes, () => this.outcomeOf(message));
  }

  private async outcomeOf(message: AdminMessage): Promise<MessageOutcome> {
    try {
      await this.options.handle(message);
      return { status: 'delivered' };
    } catch (error) {
      return { status: 'failed', detail: describeError(error) };
    }
  }
}

/** The answer to a repeated message, in the trace of the repetition. */
function knownAnswer(outcome: MessageOutcome, { traceparent }: AdminMessage): Traced<MessageOutcome> {
  return { outcome, ...(parseTraceparent(traceparent) && traceparent !== undefined ? { traceparent } : {}) };
}
