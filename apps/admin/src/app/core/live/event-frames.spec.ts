import { EventFrames, type StreamFrame } from './event-frames';

function read(...texts: string[]): StreamFrame[] {
  const frames = new EventFrames();
  const encoder = new TextEncoder();
  return texts.flatMap((text) => frames.take(encoder.encode(text)));
}

describe('EventFrames', () => {
  it('reads name, id and data of an event', () => {
    expect(read('id: a-1\nevent: ready\ndata: {}\n\n')).toEqual([{ name: 'ready', data: '{}', id: 'a-1' }]);
  });

  it('puts an event together that comes in pieces, even within a character', () => {
    const bytes = new TextEncoder().encode('data: Zürich\n\n');
    const frames = new EventFrames();

    const found = [...bytes].flatMap((byte) => frames.take(Uint8Array.of(byte)));

    expect(found).toEqual([{ name: 'message', data: 'Zürich', id: undefined }]);
  });

  it('reads several events that come at once, and keeps what is not complete', () => {
    expect(read('data: 1\n\ndata: 2\n\ndata: 3').map(({ data }) => data)).toEqual(['1', '2']);
  });

  it('joins the lines of data, and takes off one space only', () => {
    expect(read('data: a\ndata:  b\ndata:c\n\n')[0]?.data).toBe('a\n b\nc');
  });

  it('takes any end of line', () => {
    expect(read('data: a\r\n\r\n', 'data: b\n\n').map(({ data }) => data)).toEqual(['a', 'b']);
  });

  it('leaves out comments, pauses and whatever carries no data', () => {
    expect(read('retry: 2000\n\n', ': \n\n', 'event: nothing\n\n', 'unknown\ndata\n\n')).toEqual([
      { name: 'message', data: '', id: undefined },
    ]);
  });
});
