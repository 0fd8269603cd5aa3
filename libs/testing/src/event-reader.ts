import { waitUntil } from './wait-until.js';

/** One received server-sent event. */
export interface ReadEvent {
  id: string | undefined;
  name: string;
  data: Record<string, unknown>;
}

/** Parses server-sent events itself, so that a test sees exactly what was sent. */
export class EventReader {
  /** Received events that no call of {@link next} has returned yet. */
  readonly events: ReadEvent[] = [];
  /** All received events. */
  readonly history: ReadEvent[] = [];
  isOpen = true;
  private text = '';
  private readonly abort = new AbortController();

  private constructor(readonly response: Response) {}

  /** Opens the stream; `ready` may not have arrived yet. */
  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, { headers, signal: abort.signal });
    const reader = new EventReader(response);
    reader.abort.signal.addEventListener('abort', () => abort.abort());
    void reader.read();
    return reader;
  }

  /** Removes and returns the next event with this name, waiting for it. */
  async next(name: string, matches: (event: ReadEvent) => boolean = () => true): Promise<ReadEvent> {
    const index = await waitUntil(
      `"${name}" comes; came: ${JSON.stringify(this.events)}`,
      () => this.events.findIndex((event) => event.name === name && matches(event)) + 1,
    );
    return this.events.splice(index - 1, 1)[0] as ReadEvent;
  }

  /** Closes the stream from the client side. */
  close(): void {
    this.abort.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body ?? []) {
        this.text += decoder.decode(chunk as Uint8Array, { stream: true });
        this.parseBlocks();
      }
    } catch {
      // The stream was closed; see isOpen.
    }
    this.isOpen = false;
  }

  private parseBlocks(): void {
    for (let end = this.text.indexOf('\n\n'); end >= 0; end = this.text.indexOf('\n\n')) {
      this.parseBlock(this.text.slice(0, end));
      this.text = this.text.slice(end + 2);
    }
  }

  private parseBlock(block: string): void {
    const field = (name: string): string | undefined => {
      const line = block.split('\n').find((candidate) => candidate.startsWith(`${name}: `));
      return line?.slice(name.length + 2);
    };
    const name = field('event');
    if (name === undefined) return;
    const event = {
      id: field('id'),
      name,
      data: JSON.parse(field('data') ?? '{}') as Record<string, unknown>,
    };
    this.events.push(event);
    this.history.push(event);
  }
}
