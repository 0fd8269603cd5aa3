import { readFileSync } from 'node:fs';
import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';
import { WebSocket } from 'ws';

const CONNECTED = 1_000;
const WAITING = 30_000;
/** Characters per message: all of them together would not fit into the heap. */
const SIZE = 8_000;
const HEAP_MB = 96;

function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}

/** The minimal peer for thousands: counts, and acknowledges on request. */
class Reader {
  readonly seen: number[] = [];
  isRegistered = false;
  private isAnswering = false;
  private readonly socket: WebSocket;

  constructor(
    readonly id: string,
    url: string,
  ) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.once('open', () =>
      this.socket.send(
        JSON.stringify({ type: 'register', orchestrator_id: id, capabilities: ['message_ack'] }),
      ),
    );
    this.socket.on('message', (data: Buffer) => this.take(data.toString('utf8')));
  }

  answer(): void {
    this.isAnswering = true;
    for (const id of this.seen) this.acknowledge(id);
  }

  end(): void {
    this.socket.terminate();
  }

  private take(text: string): void {
    if (text.includes('"type":"handshake_ack"')) this.isRegistered = true;
    const id = /"type":"message","message_id":(\d+)/.exec(text)?.[1];
    if (id === undefined) return;
    this.seen.push(Number(id));
    if (this.isAnswering) this.acknowledge(Number(id));
  }

  private acknowledge(id: number): void {
    this.socket.send(JSON.stringify({ type: 'message_ack', message_id: id, status: 'delivered' }));
  }
}

describe('memory', () => {
  const dataDir = newDataDir();

  it(`stays flat with ${CONNECTED} connected and ${WAITING} messages waiting for them`, async () => {
    const controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      HEARTBEAT_INTERVAL_SEC: '60',
      HEARTBEAT_TTL_SEC: '600',
      MESSAGE_ACK_TIMEOUT_SEC: '600',
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    });
    await controller.untilHealthy();
    const url = `ws://127.0.0.1:${controller.port}/ws`;
    const readers: Reader[] = [];
    for (let n = 0; n < CONNECTED; n += 1) {
      readers.push(new Reader(`memory-${n}`, url));
      if (n % 50 === 49) await waitUntil('fifty more are in', () => readers.every((one) => one.isRegistered));
    }
    const connectedMb = residentMb(controller.pid);
    await controller.query(
      `INSERT INTO orchestrator_messages (orchestrator_id, message_type, message_content)
       SELECT 'memory-' || n % ${CONNECTED}, 'notice', jsonb_build_object('text', repeat('x', ${SIZE}))
       FROM generate_series(1, ${WAITING}) AS n`,
    );
    await waitUntil('every window is full', () => readers.every(({ seen }) => seen.length === 16), 180_000);
    const waitingMb = residentMb(controller.pid);
    for (const reader of readers) reader.answer();
    await waitUntil(
      'all have come',
      () => readers.every(({ seen }) => seen.length === WAITING / CONNECTED),
      180_000,
    );
    await waitUntil('all are delivered', async () => {
      const rows = await controller.query<{ count: string }>(
        `SELECT count(*) FROM orchestrator_messages WHERE status = 'delivered'`,
      );
      return Number(rows[0]?.count) === WAITING;
    });
    for (const { seen } of readers) expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(controller.exit).toBeUndefined();
    process.stdout.write(
      `memory of the controller: ${connectedMb} MB with ${CONNECTED} connected, ${waitingMb} MB with ${WAITING} ` +
        `messages of ${SIZE / 1000} kB waiting, ${residentMb(controller.pid)} MB when all were delivered\n`,
    );
    for (const reader of readers) reader.end();
    await controller.stop();
  }, 600_000);
});
