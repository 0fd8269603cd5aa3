import { createEnvironmentInjector, DOCUMENT, EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { user } from '../../../testing/builders';
import { FakeChannel, FakeLocks } from '../../../testing/fake-browser';
import { FakeStream, fleetEvent } from '../../../testing/fake-stream';
import { pass, settle } from '../../../testing/gestures';
import { AuthStore } from '../auth/auth.store';
import { ApiClient } from '../http/api-client';
import { ApiError, NetworkError, type RequestFailure } from '../http/request-failure';
import { EventStream, SILENCE_MS } from './event-stream';
import { LET_GO_MS } from './presence';
import { SharedStream } from './shared-stream';
import { LeaseTurns, LockTurns, TURNS, type Turns } from './turns';

const PERSON = user().user_id;
/** Long enough for any tab to get its turn. */
const TURN_MS = 2_000;

/** The recorded calls of a tab. */
class Tab {
  readonly stream = new FakeStream();
  readonly log: string[] = [];
  failure: RequestFailure | undefined;
  channel: FakeChannel | undefined;
  private readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  private readonly stopped = new AbortController();
  private readonly shared: SharedStream;
  isAnswered = true;

  constructor(turns: Turns | null, person = PERSON) {
    const call = (): Promise<unknown> =>
      this.isAnswered ? Promise.resolve({}) : Promise.reject(new Error());
    const injector = createEnvironmentInjector(
      [
        SharedStream,
        { provide: EventStream, useValue: this.stream },
        { provide: TURNS, useValue: turns },
        { provide: DOCUMENT, useValue: this.document },
        { provide: AuthStore, useValue: { user: () => user({ user_id: person }) } },
        { provide: ApiClient, useValue: { call } },
      ],
      TestBed.inject(EnvironmentInjector),
    );
    this.shared = injector.get(SharedStream);
  }

  async open(): Promise<this> {
    const sink = {
      onReady: (isContinued: boolean) => void this.log.push(isContinued ? 'went on' : 'read anew'),
      onFrame: ({ data }: { data: string }) =>
        void this.log.push((JSON.parse(data) as { summary: string }).summary),
      onLost: (failure: RequestFailure) => {
        this.failure = failure;
        this.log.push('lost');
      },
      onHeldBack: () => void this.log.push('held back'),
      onLeft: () => void this.log.push('left'),
    };
    void this.shared.follow(sink, this.stopped.signal);
    await pass(TURN_MS);
    this.channel = FakeChannel.latest;
    return this;
  }

  get isReading(): boolean {
    return this.stream.isOpen;
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await pass(TURN_MS);
  }

  async show(visibilityState: 'visible' | 'hidden'): Promise<void> {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event('visibilitychange'));
    await settle();
  }

  reconnect(): Promise<void> {
    this.shared.reconnect();
    return settle();
  }

  /** The calls recorded since the last check. */
  told(): string[] {
    return this.log.splice(0);
  }
}

let locks: FakeLocks;

beforeEach(() => {
  locks = new FakeLocks();
  FakeChannel.install();
});

afterEach(() => FakeChannel.remove());

describe.each([
  ['locks', () => new LockTurns(locks.asLockManager())],
  ['a lease, without locks', () => new LeaseTurns(window)],
])('SharedStream by %s', (_how, newTurns) => {
  let tabs: Tab[];

  async function open(count: number): Promise<Tab[]> {
    tabs = [];
    for (let index = 0; index < count; index += 1) tabs.push(await new Tab(newTurns()).open());
    return tabs;
  }

  afterEach(async () => {
    for (const tab of tabs) await tab.close();
  });

  const reading = (): Tab[] => tabs.filter((tab) => tab.isReading);

  it('is read by one tab for all', async () => {
    await open(10);
    expect(reading()).toHaveLength(1);

    await reading()[0]?.stream.ready();
    await reading()[0]?.stream.tell(fleetEvent({ summary: 'Something.' }));

    expect(tabs.map((tab) => tab.told())).toEqual(tabs.map(() => ['read anew', 'Something.']));
  });

  it('is read by one tab when all are opened at once', async () => {
    tabs = Array.from({ length: 4 }, () => new Tab(newTurns()));
    await Promise.all(tabs.map((tab) => tab.open()));

    expect(reading()).toHaveLength(1);
  });

  it('continues in another tab where it ended', async () => {
    const [first] = await open(3);
    await first?.stream.ready();
    const event = fleetEvent({ summary: 'Before.' });
    await first?.stream.tell(event);
    tabs.forEach((tab) => tab.told());

    await first?.close();
    expect(reading()).toHaveLength(1);
    const [second] = reading();
    expect(second?.stream.position).toBe(event.id);
    await second?.stream.ready(true);
    await second?.stream.tell(fleetEvent({ summary: 'After.' }));

    expect(tabs.slice(1).map((tab) => tab.told())).toEqual([
      ['went on', 'After.'],
      ['went on', 'After.'],
    ]);
  });

  it('reloads everything in every tab when it cannot resume', async () => {
    const [first] = await open(2);
    await first?.stream.ready();
    await first?.stream.tell(fleetEvent());
    tabs.forEach((tab) => tab.told());

    await first?.stream.end();
    await pass(1_000);
    await first?.stream.ready(false);

    expect(tabs.map((tab) => tab.told())).toEqual([
      ['lost', 'read anew'],
      ['lost', 'read anew'],
    ]);
  });

  it('reloads everything in a tab that joins, and in no other', async () => {
    const [first] = await open(1);
    await first?.stream.ready();
    await first?.stream.tell(fleetEvent());
    first?.told();

    const second = await new Tab(newTurns()).open();
    tabs.push(second);

    expect([first?.told(), second.told()]).toEqual([[], ['read anew']]);
  });

  it('is released by a hidden tab, which catches up when it is visible', async () => {
    const [first, second] = await open(2);
    await first?.stream.ready();
    tabs.forEach((tab) => tab.told());

    await first?.show('hidden');
    await pass(LET_GO_MS + TURN_MS);
    expect([first?.isReading, second?.isReading]).toEqual([false, true]);
    await second?.stream.ready(true);
    await second?.stream.tell(fleetEvent({ summary: 'Missed.' }));
    expect(first?.told()).toEqual(['left']);
    await first?.show('visible');
    await pass(TURN_MS);

    expect([first?.isReading, second?.isReading]).toEqual([false, true]);
    expect(first?.told()).toEqual(['read anew']);
  });

  it('is kept by a tab that is hidden for a moment', async () => {
    const [first] = await open(1);
    await first?.stream.ready();

    await first?.show('hidden');
    await pass(LET_GO_MS - 1);
    await first?.show('visible');
    await pass(LET_GO_MS);

    expect(first?.stream.attempts).toBe(1);
  });

  it('is not read while all tabs are hidden', async () => {
    await open(2);
    for (const tab of tabs) await tab.show('hidden');
    await pass(LET_GO_MS + TURN_MS);

    expect(reading()).toEqual([]);
  });

  it('is taken over from a tab that hangs', async () => {
    const [first, second] = await open(2);
    await first?.stream.ready();

    if (first?.channel) FakeChannel.muted.add(first.channel);
    await pass(SILENCE_MS + TURN_MS);

    expect([first?.isReading, second?.isReading]).toEqual([false, true]);
  });

  it('reports a failure in every tab, and is retried from any of them', async () => {
    const [first, second] = await open(2);

    await first?.stream.end(new ApiError('rate_limited', 'Too many.', 'req-42'));
    expect(second?.failure).toMatchObject({ type: 'rate_limited', detail: 'Too many.', requestId: 'req-42' });
    await second?.reconnect();

    expect(first?.stream.attempts).toBe(2);
  });

  it('is reported as buffered when other requests are answered', async () => {
    const [first, second] = await open(2);

    await first?.stream.end(new NetworkError(true));
    expect([first?.told(), second?.told()]).toEqual([['held back'], ['held back']]);
    await pass(60_000);
    await first?.stream.ready();

    expect([first?.told(), second?.told()]).toEqual([['read anew'], ['read anew']]);
  });

  it('is reported as lost when nothing is answered', async () => {
    const [first] = await open(1);
    if (first) first.isAnswered = false;

    await first?.stream.end(new NetworkError(true));

    expect(first?.told()).toEqual(['lost']);
  });

  it('is not shared with the tab of another user', async () => {
    await open(1);
    locks = new FakeLocks();
    tabs.push(await new Tab(newTurns(), 'somebody-else').open());

    await tabs[0]?.stream.ready();

    expect(reading()).toHaveLength(2);
    expect(tabs[1]?.told()).toEqual([]);
  });
});

describe('SharedStream without communication between tabs', () => {
  it('is read by each tab, and released by a hidden one', async () => {
    const tabs = [await new Tab(null).open(), await new Tab(null).open()];
    expect(tabs.map((tab) => tab.isReading)).toEqual([true, true]);

    await tabs[0]?.show('hidden');
    await pass(LET_GO_MS);

    expect(tabs.map((tab) => tab.isReading)).toEqual([false, true]);
    for (const tab of tabs) await tab.close();
  });
});

describe('LeaseTurns', () => {
  const hold = async (): Promise<{ hasTurn: () => boolean; stop: () => void }> => {
    const stopped = new AbortController();
    let hasTurn = false;
    const work = (): Promise<void> => {
      hasTurn = true;
      return new Promise((resolve) => stopped.signal.addEventListener('abort', () => resolve()));
    };
    void new LeaseTurns(window).hold('test', stopped.signal, work, false);
    await settle();
    return { hasTurn: () => hasTurn, stop: () => stopped.abort() };
  };

  it('takes the turn of a crashed tab', async () => {
    localStorage.setItem('test.turn', `crashed ${Date.now() + 5_000}`);
    const { hasTurn, stop } = await hold();

    await pass(4_000);
    expect(hasTurn()).toBe(false);
    await pass(TURN_MS);

    expect(hasTurn()).toBe(true);
    stop();
  });

  it.each(['', 'nonsense', 'crashed not-a-number', `crashed ${9e15}`])(
    'treats %p as an expired turn',
    async (kept) => {
      localStorage.setItem('test.turn', kept);
      const { hasTurn, stop } = await hold();

      await pass(TURN_MS);

      expect(hasTurn()).toBe(true);
      stop();
    },
  );

  it('returns the turn when the page is closed', async () => {
    const { stop } = await hold();
    await pass(TURN_MS);

    window.dispatchEvent(new Event('pagehide'));

    expect(localStorage.getItem('test.turn')).toBeNull();
    stop();
  });
});
