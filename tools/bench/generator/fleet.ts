import { setTimeout as delay } from 'node:timers/promises';
import { heartbeatFrame, textFrame } from './frames.ts';
import { RawSocket } from './raw-socket.ts';
import type { Target } from '../lib/target.ts';

/** Under way at a time: what one machine can have in the queues of its kernel. */
const UPGRADES_AT_ONCE = 256;
const PATIENCE_MS = 60_000;
/** Loopback addresses that a fleet comes from: the controller bounds the unregistered ones of each. */
const ADDRESSES = 16;

/** The answer to a registration; a connection that ended counts as one. */
export type Ack = { success: true } | { success: false; error: string; retry_after_ms?: number };

/** One connection. */
export interface Member {
  index: number;
  id: string;
  raw: RawSocket;
  heartbeat: Buffer;
  onAck: ((answer: Ack) => void) | undefined;
  isRegistered: boolean;
  isClosed: boolean;
}

export type OnMessage = (member: Member, text: string) => void;

export interface Registered {
  elapsedMs: number;
  count: number;
  /** How often each refusal came. */
  errors: Record<string, number>;
}

/** Connections of orchestrators, and how each came to be where it is. */
export class Fleet {
  /** By index; while they come back, there is nothing in the place of one that is not registered. */
  members: Member[] = [];
  readonly target: Target;
  readonly #prefix: string;
  #onMessage: OnMessage = () => undefined;

  constructor(target: Target, prefix = 'bench') {
    this.target = target;
    this.#prefix = prefix;
  }

  #idOf(index: number): string {
    return `${this.#prefix}-${String(index).padStart(5, '0')}`;
  }

  /** Calls `listener` with each message that comes, parsed, and the member it came to. */
  listen(listener: OnMessage): void {
    this.#onMessage = listener;
  }

  /** Opens the sockets from `first` on, up to `count` in all. */
  async open(count: number): Promise<void> {
    const first = this.members.length;
    await inParallel(count - first, UPGRADES_AT_ONCE, async (offset) => {
      this.members[first + offset] = await this.openOne(first + offset);
    });
  }

  async openOne(index: number): Promise<Member> {
    const raw = new RawSocket(this.target, `127.0.0.${1 + (index % ADDRESSES)}`);
    const id = this.#idOf(index);
    const member: Member = {
      index,
      id,
      raw,
      heartbeat: heartbeatFrame(id),
      onAck: undefined,
      isRegistered: false,
      isClosed: false,
    };
    await raw.opened;
    raw.socket.on('error', () => undefined);
    raw.onText = (text) => this.#onText(member, text);
    raw.onClose = () => {
      member.isClosed = true;
      member.onAck?.({ success: false, error: 'closed' });
    };
    return member;
  }

  /** Registers one; gives the handshake's answer. */
  register(member: Member): Promise<Ack> {
    return new Promise((resolve) => {
      member.onAck = (answer) => {
        member.onAck = undefined;
        member.isRegistered = answer.success;
        resolve(answer);
      };
      member.raw.write(
        textFrame({
          type: 'register',
          orchestrator_id: member.id,
          organization_id: 'org-bench',
          capabilities: ['message_ack'],
        }),
      );
    });
  }

  /** Registers everybody who is open and not registered yet, some at a time; gives how long it took. */
  async registerAll(atOnce = 1_000): Promise<Registered> {
    const waiting = this.members.filter(({ isRegistered }) => !isRegistered);
    const startMs = performance.now();
    const errors: Record<string, number> = {};
    await inParallel(waiting.length, atOnce, async (index) => {
      const member = waiting[index];
      if (!member) return;
      const answer = await this.register(member);
      if (!answer.success) errors[answer.error] = (errors[answer.error] ?? 0) + 1;
    });
    return { elapsedMs: performance.now() - startMs, count: waiting.length, errors };
  }

  /** Opens and registers this many in slices, because unregistered connections are closed after 10 s. */
  async grow(
    count: number,
    { slice = 1_000, registers = true }: { slice?: number | undefined; registers?: boolean | undefined } = {},
  ): Promise<void> {
    while (this.members.length < count) {
      await this.open(Math.min(count, this.members.length + slice));
      if (!registers) continue;
      const { errors } = await this.registerAll();
      if (Object.keys(errors).length > 0) throw new Error(`refused: ${JSON.stringify(errors)}`);
    }
    await delay(200);
  }

  /** Ends all connections, and waits until the sockets are gone. */
  async close(): Promise<void> {
    const open = this.members.filter((member) => !member.isClosed);
    await Promise.all(
      open.map(({ raw }) => {
        const closed = new Promise((resolve) => raw.socket.once('close', resolve));
        raw.destroy();
        return closed;
      }),
    );
    this.members = [];
  }

  #onText(member: Member, text: string): void {
    if (member.onAck && text.startsWith('{"type":"handshake_ack"')) member.onAck(JSON.parse(text) as Ack);
    else this.#onMessage(member, text);
  }
}

/** Runs `work` for each number below `count`, so many at a time. */
async function inParallel(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  const lanes = Array.from({ length: Math.min(atOnce, count) }, lane);
  await within(Promise.all(lanes), 'the fleet is not where it should be');
}

/** Rejects when `work` takes too long: a benchmark must end. */
export async function within<T>(work: Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then((): never => {
    throw new Error(`${what} after ${ms / 1000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
