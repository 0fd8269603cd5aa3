import type { AdminMessage, MessageAckMessage } from '@moolai/contracts';
import { fingerprint } from './fingerprint.js';
import { JsonLinesFile, type JsonLine } from './json-lines-file.js';
import type { StateError } from './state-error.js';

/** Result of handling a message. */
export type MessageOutcome = Pick<MessageAckMessage, 'status' | 'detail'>;

/** How many outcomes are remembered, and in which file. */
export interface HandledMessagesOptions {
  maxEntries: number;
  /** The file that keeps them across restarts. */
  path?: string | undefined;
  /** Called when the file cannot be written. */
  onProblem: (error: StateError) => void;
}

/**
 * The key that identifies a repeated message: its `message_id` and content. The id alone is not enough, because a
 * controller that lost its database starts again at 1, and its new messages must not be mistaken for handled ones.
 */
export function keyOf({ message_id, message_type, message_content }: AdminMessage): string {
  return `${message_id}:${fingerprint([message_type, message_content])}`;
}

/** The outcomes of the latest messages, so that a repeated message gets the same answer. */
export class HandledMessages {
  private readonly outcomes = new Map<string, MessageOutcome>();
  private readonly file: JsonLinesFile | undefined;

  /** @throws StateError when the file can't be used */
  constructor(private readonly options: HandledMessagesOptions) {
    if (options.path === undefined) return;
    // No sync to disk: a power cut can repeat a message anyway if it happens between the end of the handler and the
    // write.
    this.file = new JsonLinesFile(options.path, { isSynced: false, snapshot: () => this.lines() });
    for (const { value } of this.file.open()) this.restore(value);
  }

  outcomeOf(key: string): MessageOutcome | undefined {
    return this.outcomes.get(key);
  }

  /** Remembers an outcome. Resolves once it survives a restart; never rejects. */
  async remember(key: string, outcome: MessageOutcome): Promise<void> {
    this.add(key, outcome);
    await this.file?.append(lineOf(key, outcome)).catch(this.options.onProblem);
  }

  /** Resolves once no write is pending. */
  async flushed(): Promise<void> {
    await this.file?.flushed();
  }

  private add(key: string, outcome: MessageOutcome): void {
    this.outcomes.set(key, outcome);
    const [oldest] = this.outcomes.keys();
    if (this.outcomes.size > this.options.maxEntries && oldest !== undefined) this.outcomes.delete(oldest);
  }

  private restore({ key, status, detail }: JsonLine['value']): void {
    if (typeof key !== 'string' || (status !== 'delivered' && status !== 'failed')) return;
    this.add(key, { status, ...(typeof detail === 'string' ? { detail } : {}) });
  }

  private *lines(): Iterable<string> {
    for (const [key, outcome] of this.outcomes) yield lineOf(key, outcome);
  }
}

function lineOf(key: string, outcome: MessageOutcome): string {
  return JSON.stringify({ key, ...outcome });
}
