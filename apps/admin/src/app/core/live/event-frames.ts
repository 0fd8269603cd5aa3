/** One event of a stream of server-sent events. */
export interface StreamFrame {
  /** The event's name; `message` by default. */
  name: string;
  data: string;
  id: string | undefined;
}

/** Parses a stream of server-sent events (WHATWG HTML, section 9.2.6). Ignores keep-alive comments and `retry`. */
export class EventFrames {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private lines: string[] = [];

  /** Adds bytes; returns the events that they complete. */
  take(bytes: Uint8Array): StreamFrame[] {
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const frames: StreamFrame[] = [];
    for (const line of lines) {
      if (line !== '') {
        this.lines.push(line);
        continue;
      }
      const frame = toFrame(this.lines);
      this.lines = [];
      if (frame) frames.push(frame);
    }
    return frames;
  }
}

function toFrame(lines: readonly string[]): StreamFrame | undefined {
  let name = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n'), id };
}
