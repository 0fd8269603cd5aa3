import type { AdminMessage, MessageAckMessage } from '@moolai/contracts';
import { fingerprint } from './fingerprint.js';
import { JsonLinesFile, type JsonLine } from './json-lines-file.js';
import type { StateError } from './state-error.js';

/** What became of a message. */
export type MessageOutcome = Pick<MessageAckMessage, 'status' | 'detail'>;

/** How many outcomes are remembered, and where. */
export interface HandledMessagesOptions {
  maxEntries: number;
  /** The file that makes it outlive the process. */
  path?: string | undefined;
  /** The file could not be written. */
  onProblem: (error: StateError) => void;
}

/**
 * By what a message is recognized when it comes again: its `message_id`, and its content, because a
 * controller that lost its database counts from 1 again, and a new message must not be taken for one
 * that was handled before.
 */
export function keyOf({ message_id, message_type, message_content }: AdminMessage): string {
  return `${message_id}:${fingerprint([message_type, message_content])}`;
}

/** The outcomes of the latest messages, so that one that comes again gets the same answer. */
export class HandledMessages {
  private readonly outcomes = new Map<string, MessageOutcome>();
  private readonly file: JsonLinesFile | undefined;

  /** @throws StateError when the file can't be used */
  constructor(private readonly options: HandledMessagesOptions) {
    if (options.path === undefined) return;
    // Not synced: after a power cut a message may be handled again, as it may in any case when the power
    // fails between the end of its handler and this file. A disk sync per message would change nothing.
    this.file = new JsonLinesFile(options.path, { isSynced: false, snapshot: () => this.lines() });
    for (const { value } of this.file.open()) this.restore(value);
  }

  outcomeOf(key: string): MessageOutcome | undefined {
    return this.outcomes.get(key);
  }

  /** Remembers an outcome. Settled once it outlives the process; never rejects. */
  async remember(key: string, outcome: MessageOutcome): Promise<void> {
    this.keep(key, outcome);
    await this.file?.append(lineOf(key, outcome)).catch(this.options.onProblem);
  }

  /** Settled once nothing waits to be written. */
  async flushed(): Promise<void> {
    await this.file?.flushed();
  }

  private keep(key: string, outcome: MessageOutcome): void {
    this.outcomes.set(key, outcome);
    const [oldest] = this.outcomes.keys();
    if (this.outcomes.size > this.options.maxEntries && oldest !== undefined) this.outcomes.delete(oldest);
  }

  private restore({ key, status, detail }: JsonLine['value']): void {
    if (typeof key !== 'string' || (status !== 'delivered' && status !== 'failed')) return;
    this.keep(key, { status, ...(typeof detail === 'string' ? { detail } : {}) });
  }

  private *lines(): Iterable<string> {
    for (const [key, outcome] of this.outcomes) yield lineOf(key, outcome);
  }
}

function lineOf(key: string, outcome: MessageOutcome): string {
  return JSON.stringify({ key, ...outcome });
}
