import { JsonLinesFile, type JsonLine } from './json-lines-file.js';
import { NotStoredError } from './not-stored-error.js';
import type { OutgoingMessage, QueuedKind } from './outgoing-message.js';
import { StateError } from './state-error.js';
import { openSubmission, type OpenSubmission, type Submission } from './submission.js';

/** A queued message. */
export interface OutboxEntry extends OutgoingMessage {
  open: OpenSubmission;
  /** How often the controller skipped it; see `OutboxSender`. */
  strikes: number;
}

/** Limits, file and callbacks of an {@link Outbox}. */
export interface OutboxOptions {
  orchestratorId: string;
  maxEntries: number;
  /** The file that keeps the queue across restarts. */
  path?: string | undefined;
  onDropped: (entry: OutboxEntry, error: NotStoredError) => void;
  /** Called when the file cannot be written. */
  onProblem: (error: StateError) => void;
}

/**
 * A bounded queue of messages that the controller has not stored yet, in order, with an optional file.
 *
 * A line of the file is either the message as sent, or `{"done":"<client_message_id>"}` for a message that left the
 * queue. A lost `done` is harmless: the message is sent again and stored once.
 */
export class Outbox {
  private readonly entries = new Map<string, OutboxEntry>();
  private readonly file: JsonLinesFile | undefined;
  /** Number of reports, so that a queue without reports is not searched for one. */
  private reportCount = 0;

  /** @throws StateError when the file can't be used, or belongs to another orchestrator */
  constructor(private readonly options: OutboxOptions) {
    const { path } = options;
    if (path === undefined) return;
    const file = new JsonLinesFile(path, { isSynced: true, snapshot: () => this.frames() });
    for (const line of file.open()) this.restore(line, path);
    this.file = file;
  }

  get size(): number {
    return this.entries.size;
  }

  /** All entries, oldest first. */
  list(): IterableIterator<OutboxEntry> {
    return this.entries.values();
  }

  get(clientMessageId: string): OutboxEntry | undefined {
    return this.entries.get(clientMessageId);
  }

  /** Queues a message. A message whose id is already queued is not queued twice. */
  add(message: OutgoingMessage): Submission {
    const known = this.entries.get(message.clientMessageId);
    if (known) return known.open.submission;
    const written = this.file?.append(message.frame) ?? Promise.resolve();
    written.catch(this.options.onProblem);
    const { open } = this.insert(message, written);
    while (this.entries.size > this.options.maxEntries) this.makeRoom();
    return open.submission;
  }

  /** The controller has stored the entry. */
  complete(entry: OutboxEntry, messageId: number): void {
    this.remove(entry);
    entry.open.resolve({ messageId });
  }

  /** Gives an entry up. */
  drop(entry: OutboxEntry, error: NotStoredError): void {
    this.remove(entry);
    entry.open.reject(error);
    this.options.onDropped(entry, error);
  }

  /** Ends pending submissions; the entries stay for the next start. Resolves once everything is written. */
  async stop(): Promise<void> {
    for (const entry of this.entries.values()) {
      const { clientMessageId, open } = entry;
      open.reject(new NotStoredError('stopped', clientMessageId, 'The client was stopped.'));
      entry.open = openSubmission(clientMessageId, open.submission.queued);
    }
    await this.file?.flushed();
  }

  private insert(message: OutgoingMessage, queued: Promise<void>): OutboxEntry {
    const entry = { ...message, open: openSubmission(message.clientMessageId, queued), strikes: 0 };
    this.entries.set(message.clientMessageId, entry);
    if (message.kind === 'monitoring') this.reportCount += 1;
    return entry;
  }

  private remove({ clientMessageId }: OutboxEntry): void {
    if (!this.forget(clientMessageId)) return;
    this.file?.append(JSON.stringify({ done: clientMessageId })).catch(this.options.onProblem);
  }

  private forget(clientMessageId: string): boolean {
    if (this.entries.get(clientMessageId)?.kind === 'monitoring') this.reportCount -= 1;
    return this.entries.delete(clientMessageId);
  }

  /** Old metrics are worth least, so drop the oldest report, and a recommendation only if there are no reports. */
  private makeRoom(): void {
    for (const entry of this.entries.values()) {
      if (this.reportCount > 0 && entry.kind !== 'monitoring') continue;
      const detail = `The queue holds ${this.options.maxEntries} entries and dropped this one for newer ones.`;
      this.drop(entry, new NotStoredError('queue_full', entry.clientMessageId, detail));
      return;
    }
  }

  private restore({ text, value }: JsonLine, path: string): void {
    const { done, type, client_message_id: clientMessageId, orchestrator_id: orchestratorId } = value;
    if (typeof done === 'string') this.forget(done);
    if (!isQueuedKind(type) || typeof clientMessageId !== 'string') return;
    if (this.entries.has(clientMessageId)) return;
    // Usage costs money: never charge it to another orchestrator that was given this file.
    if (orchestratorId !== this.options.orchestratorId)
      throw new StateError(path, `belongs to another orchestrator: ${JSON.stringify(orchestratorId)}`);
    this.insert({ kind: type, clientMessageId, frame: text }, Promise.resolve());
  }

  private *frames(): Iterable<string> {
    for (const { frame } of this.entries.values()) yield frame;
  }
}

function isQueuedKind(type: unknown): type is QueuedKind {
  return type === 'recommendation' || type === 'monitoring';
}
