import { EventFrames, type StreamFrame } from './event-frames';

function read(...texts: string[]): StreamFrame[] {
  const frames = new EventFrames();
  const encoder = new TextEncoder();
  return texts.flatMap((text) => frames.take(encoder.encode(text)));
}

describe('EventFrames', () => {
  it('parses name, id and data of an event', () => {
    expect(read('id: a-1\nevent: ready\ndata: {}\n\n')).toEqual([{ name: 'ready', data: '{}', id: 'a-1' }]);
  });

  it('assembles an event that arrives in pieces, even within a character', () => {
    const bytes = new TextEncoder().encode('data: Zürich\n\n');
    const frames = new EventFrames();

    const found = [...bytes].flatMap((byte) => frames.take(Uint8Array.of(byte)));

    expect(found).toEqual([{ name: 'message', data: 'Zürich', id: undefined }]);
  });

  it('parses several events at once, and keeps an incomplete one', () => {
    expect(read('data: 1\n\ndata: 2\n\ndata: 3').map(({ data }) => data)).toEqual(['1', '2']);
  });

  it('joins the lines of data, and removes one space only', () => {
    expect(read('data: a\ndata:  b\ndata:c\n\n')[0]?.data).toBe('a\n b\nc');
  });

  it('accepts any line ending', () => {
    expect(read('data: a\r\n\r\n', 'data: b\n\n').map(({ data }) => data)).toEqual(['a', 'b']);
  });

  it('ignores comments, retry and events without data', () => {
    expect(read('retry: 2000\n\n', ': \n\n', 'event: nothing\n\n', 'unknown\ndata\n\n')).toEqual([
      { name: 'message', data: '', id: undefined },
    ]);
  });
});
