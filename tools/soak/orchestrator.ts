import { randomUUID } from 'node:crypto';
import type {
  ControllerMessage,
  HandshakeAccepted,
  HandshakeRefused,
  ReceivedMessage,
} from '@moolai/contracts';
import { WebSocket } from 'ws';
import { count, type Counts, type Ledger } from './ledger.ts';

const BACK_OFF_MIN_MS = 500;
const BACK_OFF_SPREAD_MS = 4_000;
/** An unanswered report is sent again after this, on the same connection or on the next one. */
const RESEND_MS = 10_000;
const REPORT_COST = '0.000125';

interface Unanswered {
  frame: object;
  isReport: boolean;
  /** Zero when it has to be sent at once. */
  sentMs: number;
}

/**
 * One orchestrator written from docs/protocol.md alone, with a memory of everything it was promised.
 * It does not use the client library, which must not be able to hide a loss.
 */
export class SoakOrchestrator {
  /** Reports that were not answered yet, by their key. */
  readonly unanswered = new Map<string, Unanswered>();
  /** Reports that were answered with `received`: key to message id. */
  readonly received = new Map<string, number>();
  /** Ids of messages that came, and how often each came. */
  readonly messages = new Map<number, number>();
  /** Requests of each model in the reports that were acknowledged. */
  answeredRequests = 0;
  configVersion = 0;
  registrations = 0;
  readonly refusals: Counts = {};
  readonly errors: Counts = {};
  readonly closes: Counts = {};
  isReading = true;
  readonly id: string;
  readonly #organizationId: string;
  readonly #url: string;
  readonly #ledger: Ledger;
  #socket: WebSocket | undefined;
  #isRegistered = false;
  #isStopped = false;
  #heartbeatSec = 30;
  readonly #timers = new Set<NodeJS.Timeout>();
  #heartbeat: NodeJS.Timeout | undefined;
  #retryAfterMs = 0;

  constructor(id: string, organizationId: string, url: string, ledger: Ledger) {
    this.id = id;
    this.#organizationId = organizationId;
    this.#url = url;
    this.#ledger = ledger;
  }

  get isConnected(): boolean {
    return this.#isRegistered;
  }

  start(): void {
    this.#later(Math.random() * BACK_OFF_SPREAD_MS, () => this.#connect());
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    clearInterval(this.#heartbeat);
    this.#socket?.close(1000);
  }

  /** Leaves and comes back, with or without a close handshake. */
  leave(isAbrupt: boolean): void {
    if (isAbrupt) this.#socket?.terminate();
    else this.#socket?.close(1000);
  }

  /** Stops reading, as a process that hangs does; the controller has to end the connection. */
  freeze(): void {
    this.isReading = false;
    this.#socket?.pause();
  }

  thaw(): void {
    this.isReading = true;
    this.#socket?.resume();
  }

  /** Reports figures and usage, or a recommendation of `bytes` bytes. */
  report(bytes = 0): void {
    const key = randomUUID();
    const base = { orchestrator_id: this.id, client_message_id: key };
    const frame =
      bytes > 0
        ? { type: 'recommendation', ...base, recommendation: { action: 'soak', filler: 'x'.repeat(bytes) } }
        : {
            type: 'monitoring',
            ...base,
            metrics: { tokens_per_sec: Math.round(Math.random() * 1000), queue_length: 3 },
            usage: [
              {
                model: 'soak-model',
                requests: 1,
                input_tokens: 100,
                output_tokens: 20,
                cost_usd: Number(REPORT_COST),
              },
            ],
            health_status: { status: 'ok', at: key },
          };
    this.unanswered.set(key, { frame, isReport: bytes === 0, sentMs: 0 });
    this.#sendUnanswered();
  }

  /** Sends again what has waited too long for its answer. */
  #sendUnanswered(): void {
    if (!this.#isRegistered) return;
    const nowMs = performance.now();
    for (const entry of this.unanswered.values()) {
      if (nowMs - entry.sentMs < RESEND_MS) continue;
      entry.sentMs = nowMs;
      this.#send(entry.frame);
    }
  }

  #connect(): void {
    if (this.#isStopped) return;
    const socket = new WebSocket(this.#url, { handshakeTimeout: 20_000 });
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('open', () =>
      this.#send({
        type: 'register',
        orchestrator_id: this.id,
        organization_id: this.#organizationId,
        version: 'soak',
        capabilities: ['message_ack'],
        config_version: this.configVersion,
      }),
    );
    socket.on('message', (data: Buffer) =>
      this.#onMessage(JSON.parse(data.toString('utf8')) as ControllerMessage),
    );
    socket.on('close', (code) => this.#onClose(socket, code));
  }

  #onClose(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    count(this.closes, code);
    this.#isRegistered = false;
    this.isReading = true;
    clearInterval(this.#heartbeat);
    // What was under way is not known to have arrived: it is sent again at once on the next connection.
    for (const entry of this.unanswered.values()) entry.sentMs = 0;
    const pause = this.#retryAfterMs || BACK_OFF_MIN_MS + Math.random() * BACK_OFF_SPREAD_MS;
    this.#retryAfterMs = 0;
    this.#later(pause, () => this.#connect());
  }

  #onMessage(message: ControllerMessage): void {
    switch (message.type) {
      case 'handshake_ack':
        if (message.success) this.#onRegistered(message);
        else this.#onRefused(message);
        break;
      case 'provisioning':
      case 'config_update':
        this.configVersion = message.config_version;
        this.#send({
          type: 'config_ack',
          orchestrator_id: this.id,
          config_version: message.config_version,
          status: 'applied',
        });
        break;
      case 'message':
        this.messages.set(message.message_id, (this.messages.get(message.message_id) ?? 0) + 1);
        this.#send({ type: 'message_ack', message_id: message.message_id, status: 'delivered' });
        break;
      case 'received':
        this.#onReceived(message);
        break;
      case 'goodbye':
        this.#retryAfterMs = message.reconnect_after_ms;
        break;
      case 'error':
        count(this.errors, message.code);
        break;
      case 'credential_update':
        // Without an enrolment token there is no credential to renew.
        break;
    }
  }

  #onRegistered(message: HandshakeAccepted): void {
    this.registrations += 1;
    this.#isRegistered = true;
    this.#heartbeatSec = message.heartbeat_interval_sec;
    const beat = JSON.stringify({ type: 'i_am_alive', orchestrator_id: this.id });
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => {
      this.#socket?.send(beat, () => undefined);
      this.#sendUnanswered();
    }, this.#heartbeatSec * 1000);
    this.#sendUnanswered();
  }

  #onRefused({ error, retry_after_ms }: HandshakeRefused): void {
    count(this.refusals, error);
    this.#retryAfterMs = retry_after_ms ?? 0;
  }

  #onReceived({ client_message_id: key, message_id: id }: ReceivedMessage): void {
    const entry = this.unanswered.get(key);
    const before = this.received.get(key);
    if (before !== undefined && before !== id)
      this.#ledger.fault(`${this.id}: ${key} was answered with two ids`);
    this.received.set(key, id);
    if (!entry) return;
    this.unanswered.delete(key);
    if (entry.isReport) this.answeredRequests += 1;
  }

  #send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify(frame), () => undefined);
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}
