import { parseTraceparent, type AdminMessage } from '@moolai/contracts';
import { continueTrace, type Traced } from './continue-trace.js';
import { describeError } from './describe-error.js';
import { keyOf, type HandledMessages, type MessageOutcome } from './handled-messages.js';

/** Answers a message on the connection that it came on; does nothing once that one has ended. */
export type AcknowledgeMessage = (answer: Traced<MessageOutcome>) => void;

/** Who handles messages, and who remembers what became of them. */
export interface MessageInboxOptions {
  handle: (message: AdminMessage) => void | Promise<void>;
  handled: HandledMessages;
}

interface Delivery {
  message: AdminMessage;
  acknowledge: AcknowledgeMessage;
}

/**
 * Handles messages one after the other, in the order they came, each once.
 *
 * The controller sends a message until it is acknowledged (contract section 3, `message_ack`), so the
 * same one may come while it waits, while it is handled, and long after.
 */
export class MessageInbox {
  /** What waits, in order; the first one is being handled. */
  private readonly waiting = new Map<string, Delivery>();
  private isHandling = false;

  constructor(private readonly options: MessageInboxOptions) {}

  /** Takes a message, new or known. */
  receive(message: AdminMessage, acknowledge: AcknowledgeMessage): void {
    const key = keyOf(message);
    const waiting = this.waiting.get(key);
    const outcome = this.options.handled.outcomeOf(key);
    // What waits is answered on the connection that it came on last.
    if (waiting) waiting.acknowledge = acknowledge;
    else if (outcome) acknowledge(knownAnswer(outcome, message));
    else this.enqueue(key, { message, acknowledge });
  }

  /** Forgets what waits; the one that is being handled is finished. The controller sends the others again. */
  clear(): void {
    for (const key of [...this.waiting.keys()].slice(this.isHandling ? 1 : 0)) this.waiting.delete(key);
  }

  private enqueue(key: string, delivery: Delivery): void {
    this.waiting.set(key, delivery);
    if (!this.isHandling) void this.handleAll();
  }

  /** Works off what waits, one after another. Never rejects: a handler that fails is an outcome. */
  private async handleAll(): Promise<void> {
    this.isHandling = true;
    for (const [key, delivery] of this.waiting) {
      const answer = await this.handle(delivery.message);
      // Remembered before it is acknowledged: killed in between, it is acknowledged when it comes again.
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

/** What was handled before is not handled again: its acknowledgement belongs where the message does. */
function knownAnswer(outcome: MessageOutcome, { traceparent }: AdminMessage): Traced<MessageOutcome> {
  return { outcome, ...(parseTraceparent(traceparent) && traceparent !== undefined ? { traceparent } : {}) };
}
