import type { NotStoredError } from './not-stored-error.js';
import { OutboxSender } from './outbox-sender.js';
import { Outbox } from './outbox.js';
import { ManualTimers } from './testing/manual-timers.js';

const MAX_IN_FLIGHT = 4;

/** A sender, the frames it sent, and a controller that answers when the test says so. */
class Bench {
  readonly timers = new ManualTimers();
  readonly dropped: NotStoredError[] = [];
  /** Frames sent since the last look. */
  private sent: string[] = [];
  private readonly outbox: Outbox;
  readonly sender: OutboxSender;

  constructor(ids: string[]) {
    this.outbox = new Outbox({
      orchestratorId: 'orch-1',
      maxEntries: 10_000,
      onDropped: (entry, error) => {
        this.sender.forget(entry);
        this.dropped.push(error);
      },
      onProblem: () => undefined,
    });
    this.sender = new OutboxSender({
      outbox: this.outbox,
      send: (frame) => {
        this.sent.push(frame);
        return true;
      },
      maxInFlight: MAX_IN_FLIGHT,
      deadline: { firstMs: 10_000, longestMs: 60_000 },
      setTimer: this.timers.set,
      random: () => 1,
    });
    for (const id of ids) this.add(id);
    this.sender.connected();
  }

  add(id: string, frame = id): void {
    void this.outbox.add({ kind: 'recommendation', clientMessageId: id, frame });
    this.sender.pump();
  }

  take(): string[] {
    const { sent } = this;
    this.sent = [];
    return sent;
  }

  get queued(): string[] {
    return Array.from(this.outbox.list(), ({ clientMessageId }) => clientMessageId);
  }
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `m${index + 1}`);
}

describe('OutboxSender', () => {
  it('limits the messages in flight, and sends the next one when one is stored', () => {
    const bench = new Bench(numbered(6));
    expect(bench.take()).toEqual(['m1', 'm2', 'm3', 'm4']);
    bench.sender.received('m2', 1);
    expect(bench.take()).toEqual(['m5']);
    bench.sender.received('m1', 2);
    bench.sender.received('m3', 3);
    expect(bench.take()).toEqual(['m6']);
  });

  it('sends nothing without a connection, and resends everything in order after a reconnect', () => {
    const bench = new Bench(numbered(6));
    bench.sender.received('m2', 1);
    bench.take();
    bench.sender.disconnected(1006);
    expect(bench.timers.running).toEqual([]);
    bench.add('m7');
    expect(bench.take()).toEqual([]);
    bench.sender.connected();
    expect(bench.take()).toEqual(['m1', 'm3', 'm4', 'm5']);
  });

  it('resends after a deadline that grows while nothing is answered', () => {
    const bench = new Bench(numbered(2));
    const deadlines = [0, 1, 2, 3, 4].map(() => {
      expect(bench.take()).toEqual(['m1', 'm2']);
      const [ms] = bench.timers.running;
      bench.timers.pass();
      return ms;
    });
    expect(deadlines).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
    bench.sender.received('m1', 1);
    bench.take();
    bench.timers.pass();
    expect(bench.take()).toEqual(['m2']);
    expect(bench.timers.running).toEqual([20_000]);
  });

  it('gives up nothing while the controller answers nothing, and keeps the order', () => {
    const bench = new Bench(numbered(6));
    for (let round = 0; round < 100; round += 1) {
      expect(bench.take()).toEqual(['m1', 'm2', 'm3', 'm4']);
      bench.timers.pass();
    }
    expect(bench.queued).toEqual(numbered(6));
  });

  it('gives up a message that is never answered while later ones are', () => {
    const bench = new Bench(numbered(1));
    let next = 2;
    for (let times = 1; times <= 5; times += 1) {
      expect(bench.take()).toEqual(['m1']);
      bench.add(`m${next}`);
      bench.sender.received(`m${next}`, next);
      bench.take();
      next += 1;
      bench.timers.pass();
    }
    expect(bench.dropped).toMatchObject([{ code: 'refused', clientMessageId: 'm1' }]);
    expect(bench.queued).toEqual([]);
    expect(bench.timers.running).toEqual([]);
  });

  it('attributes a refusal to the only message in flight, and gives it up after five', () => {
    const bench = new Bench(numbered(1));
    for (let times = 1; times <= 5; times += 1) {
      expect(bench.take()).toEqual(['m1']);
      bench.sender.refused('invalid_message', 'recommendation must be an object');
      expect(bench.timers.running).toEqual([4_000]);
      bench.timers.pass();
    }
    expect(bench.dropped).toMatchObject([
      { code: 'refused', message: expect.stringContaining('recommendation must be an object') as string },
    ]);
  });

  it('finds refused messages among many, and all others are stored', () => {
    const isBad = (id: string): boolean => Number(id.slice(1)) % 3 === 0;
    const bench = new Bench(numbered(30));
    const stored = new Set<string>();
    for (let round = 0; round < 200 && bench.queued.length > 0; round += 1) {
      for (const id of bench.take()) {
        if (isBad(id)) {
          bench.sender.refused('invalid_message', 'no');
        } else {
          bench.sender.received(id, 1);
          stored.add(id);
        }
      }
      if (bench.timers.running.length > 0) bench.timers.passAll();
    }
    expect(bench.queued).toEqual([]);
    expect(bench.dropped.map(({ clientMessageId }) => clientMessageId).sort()).toEqual(
      numbered(30).filter(isBad).sort(),
    );
    expect([...stored].sort()).toEqual(
      numbered(30)
        .filter((id) => !isBad(id))
        .sort(),
    );
  });

  it('is not blocked forever by as many refused messages as may be in flight', () => {
    const bench = new Bench(numbered(MAX_IN_FLIGHT + 1));
    const good = `m${MAX_IN_FLIGHT + 1}`;
    for (let round = 0; round < 100 && !bench.take().includes(good); round += 1) {
      bench.sender.refused('invalid_message', 'no');
      bench.timers.passAll();
    }
    expect(bench.queued).toEqual([good]);
  });

  it('does not attribute a refusal that may concern another frame', () => {
    const bench = new Bench(numbered(1));
    for (let times = 0; times < 20; times += 1) {
      bench.sender.otherSent();
      bench.sender.refused('invalid_message', 'health_status must be an object');
      bench.timers.pass();
    }
    expect(bench.queued).toEqual(['m1']);
  });

  it('gives up the largest message in flight when the connection was closed with 1009', () => {
    const bench = new Bench([]);
    bench.add('m1', 'small');
    bench.add('m2', 'much too large');
    bench.add('m3', 'small');
    bench.sender.disconnected(1009);
    expect(bench.dropped).toMatchObject([{ code: 'refused', clientMessageId: 'm2' }]);
    expect(bench.queued).toEqual(['m1', 'm3']);
  });

  it('sends a large backlog at a limited rate', () => {
    const bench = new Bench(numbered(2_000));
    let sent = bench.take();
    let count = 0;
    while (sent.length > 0) {
      count += sent.length;
      for (const id of sent) bench.sender.received(id, 1);
      sent = bench.take();
    }
    // The controller's limit is higher, which leaves room for heartbeats and acknowledgements.
    expect(count).toBeGreaterThanOrEqual(800);
    expect(count).toBeLessThan(900);
    expect(bench.timers.running).toHaveLength(1);
  });

  it('pauses when the controller answers rate_limited', () => {
    const bench = new Bench(numbered(MAX_IN_FLIGHT + 1));
    bench.take();
    bench.sender.refused('rate_limited', 'slow down');
    bench.sender.received('m1', 1);
    expect(bench.take()).toEqual([]);
    expect(bench.timers.running.at(-1)).toBeGreaterThan(4_500);
  });

  it('pauses for as long as the controller says', () => {
    const bench = new Bench(numbered(MAX_IN_FLIGHT + 1));
    bench.take();
    bench.sender.refused('rate_limited', 'wait', 9_000);
    bench.sender.received('m1', 1);
    expect(bench.take()).toEqual([]);
    expect(bench.timers.running.at(-1)).toBeGreaterThan(8_500);
  });

  it('ignores answers to unknown messages', () => {
    const bench = new Bench([]);
    expect(bench.sender.received('unknown', 1)).toBe(false);
    bench.sender.refused('invalid_message', 'no');
    bench.add('m1');
    bench.add('m2');
    expect(bench.take()).toEqual(['m1', 'm2']);
  });
});
