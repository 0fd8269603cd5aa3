import { TestBed } from '@angular/core/testing';
import { refusal, session, storedSession } from '../../../testing/builders';
import { FakeController, provideNetwork } from '../../../testing/fake-controller';
import { pass, settle } from '../../../testing/gestures';
import { SessionVault } from '../auth/session-vault';
import { API } from '../http/api-operations';
import type { RequestFailure } from '../http/request-failure';
import type { StreamFrame } from './event-frames';
import { BEGIN_MS, EventStream, SILENCE_MS, STREAM_FETCH } from './event-stream';

interface Asked {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** The server side of the stream: received requests, and answers in pieces. */
class FakeServer {
  readonly asked: Asked[] = [];
  status = 200;
  private give: ((piece: { done: boolean; value?: Uint8Array }) => void) | undefined;

  readonly fetch = ((url: string, init: { headers: Record<string, string>; signal: AbortSignal }) => {
    this.asked.push({ url, headers: init.headers });
    const read = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.give = resolve;
        init.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    return Promise.resolve({
      ok: this.status === 200,
      status: this.status,
      headers: new Map(),
      json: () => Promise.resolve(refusal('unavailable', { detail: 'Too many streams.' })),
      body: { getReader: () => ({ read }) },
    });
  }) as unknown as typeof fetch;

  async send(text: string): Promise<void> {
    this.give?.({ done: false, value: new TextEncoder().encode(text) });
    await settle();
  }

  async end(): Promise<void> {
    this.give?.({ done: true });
    await settle();
  }
}

interface Reading {
  readonly frames: StreamFrame[];
  readonly beginnings: boolean[];
  readonly end: Promise<RequestFailure>;
  readonly abort: AbortController;
}

function start(): { stream: EventStream; server: FakeServer; controller: FakeController } {
  const server = new FakeServer();
  TestBed.configureTestingModule({
    providers: [provideNetwork(), { provide: STREAM_FETCH, useValue: server.fetch }],
  });
  TestBed.inject(SessionVault).write(storedSession());
  return { stream: TestBed.inject(EventStream), server, controller: new FakeController() };
}

async function read(stream: EventStream): Promise<Reading> {
  const abort = new AbortController();
  const frames: StreamFrame[] = [];
  const beginnings: boolean[] = [];
  const reader = {
    onReady: (isContinued: boolean) => void beginnings.push(isContinued),
    onFrame: (frame: StreamFrame) => void frames.push(frame),
  };
  const end = stream.read(reader, abort.signal);
  await settle();
  return { frames, beginnings, end, abort };
}

describe('EventStream', () => {
  it('sends the access token, which EventSource cannot', async () => {
    const { stream, server } = start();

    await read(stream);

    expect(server.asked).toEqual([
      {
        url: '/api/v1/controller/events',
        headers: { accept: 'text/event-stream', authorization: 'Bearer access-1' },
      },
    ]);
  });

  it('passes on events', async () => {
    const { stream, server } = start();
    const { frames, beginnings } = await read(stream);

    await server.send(
      'id: a-1\nevent: ready\ndata: {}\n\nid: a-2\nevent: orchestrator.connected\ndata: 1\n\n',
    );

    expect(beginnings).toEqual([false]);
    expect(frames).toEqual([{ id: 'a-2', name: 'orchestrator.connected', data: '1' }]);
  });

  it('resumes where the last connection ended', async () => {
    const { stream, server } = start();
    const first = await read(stream);
    await server.send('id: a-7\nevent: ready\ndata: {}\n\n');
    await server.end();
    await expect(first.end).resolves.toMatchObject({ name: 'NetworkError' });

    const second = await read(stream);
    await server.send('id: a-8\nevent: ready\ndata: {}\n\n');

    expect(server.asked[1]?.headers['last-event-id']).toBe('a-7');
    expect(second.beginnings).toEqual([true]);
  });

  it('reports a gap when the controller does', async () => {
    const { stream, server } = start();
    await read(stream);
    await server.send('id: a-7\nevent: ready\ndata: {}\n\n');
    await server.end();

    const second = await read(stream);
    await server.send('event: resync\ndata: {}\n\nid: b-1\nevent: ready\ndata: {}\n\n');

    expect(second.beginnings).toEqual([false]);
  });

  it("ends with the controller's error when refused", async () => {
    const { stream, server } = start();
    server.status = 503;

    const { end } = await read(stream);

    await expect(end).resolves.toMatchObject({ name: 'ApiError', detail: 'Too many streams.' });
  });

  it('renews a refused token, and retries', async () => {
    const { stream, server, controller } = start();
    server.status = 403;
    await read(stream);
    server.status = 200;

    await controller.answer(API.refreshSession, session({ access_token: 'access-2' }));

    expect(server.asked.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer access-1',
      'Bearer access-2',
    ]);
  });

  it("ends after more silence than the controller's keep-alive allows", async () => {
    const { stream, server } = start();
    const { end } = await read(stream);
    await server.send('id: a-1\nevent: ready\ndata: {}\n\n');

    await pass(SILENCE_MS);

    await expect(end).resolves.toMatchObject({ name: 'NetworkError', isTimeout: true });
  });

  it('ends sooner if it does not start', async () => {
    const { stream } = start();
    const { end } = await read(stream);

    await pass(BEGIN_MS);

    await expect(end).resolves.toMatchObject({ name: 'NetworkError', isTimeout: true });
  });

  it('ends when aborted', async () => {
    const { stream } = start();
    const { end, abort } = await read(stream);

    abort.abort();

    await expect(end).resolves.toMatchObject({ name: 'NetworkError', isTimeout: false });
  });
});
