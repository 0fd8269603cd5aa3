import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

const BACK_OFF_MIN_MS = 500;
const BACK_OFF_SPREAD_MS = 4_000;
/** An unanswered report is sent again after this, on the same connection or on the next one. */
const RESEND_MS = 10_000;
const REPORT_COST = '0.000125';

/**
 * One orchestrator written from docs/protocol.md alone, with a memory of everything it was promised.
 * It does not use the client library, which must not be able to hide a loss.
 */
export class SoakOrchestrator {
  /** Reports that were not answered yet, by their key. */
  unanswered = new Map();
  /** Reports that were answered with `received`: key to message id. */
  received = new Map();
  /** Ids of messages that came, and how often each came. */
  messages = new Map();
  /** Requests of each model that answered reports told of. */
  answeredRequests = 0;
  configVersion = 0;
  registrations = 0;
  refusals = {};
  errors = {};
  closes = {};
  isReading = true;
  #socket;
  #isRegistered = false;
  #isStopped = false;
  #heartbeatSec = 30;
  #timers = new Set();
  #heartbeat;
  #retryAfterMs = 0;

  constructor(id, organizationId, url, ledger) {
    Object.assign(this, { id, organizationId, url, ledger });
  }

  get isConnected() {
    return this.#isRegistered;
  }

  start() {
    this.#later(Math.random() * BACK_OFF_SPREAD_MS, () => this.#connect());
  }

  stop() {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    clearInterval(this.#heartbeat);
    this.#socket?.close(1000);
  }

  /** Leaves and comes back, with or without a close handshake. */
  leave(isAbrupt) {
    if (isAbrupt) this.#socket?.terminate();
    else this.#socket?.close(1000);
  }

  /** Stops reading, as a process that hangs does; the controller has to end the connection. */
  freeze() {
    this.isReading = false;
    this.#socket?.pause();
  }

  thaw() {
    this.isReading = true;
    this.#socket?.resume();
  }

  /** Reports figures and usage, or a recommendation of `bytes` bytes. */
  report(bytes = 0) {
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
  #sendUnanswered() {
    if (!this.#isRegistered) return;
    const nowMs = performance.now();
    for (const entry of this.unanswered.values()) {
      if (nowMs - entry.sentMs < RESEND_MS) continue;
      entry.sentMs = nowMs;
      this.#send(entry.frame);
    }
  }

  #connect() {
    if (this.#isStopped) return;
    const socket = new WebSocket(this.url, { handshakeTimeout: 20_000 });
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('open', () =>
      this.#send({
        type: 'register',
        orchestrator_id: this.id,
        organization_id: this.organizationId,
        version: 'soak',
        capabilities: ['message_ack'],
        config_version: this.configVersion,
      }),
    );
    socket.on('message', (data) => this.#onMessage(JSON.parse(data.toString('utf8'))));
    socket.on('close', (code) => this.#onClose(socket, code));
  }

  #onClose(socket, code) {
    if (socket !== this.#socket) return;
    this.closes[code] = (this.closes[code] ?? 0) + 1;
    this.#isRegistered = false;
    this.isReading = true;
    clearInterval(this.#heartbeat);
    // What was under way is not known to have arrived: it is sent again at once on the next connection.
    for (const entry of this.unanswered.values()) entry.sentMs = 0;
    const pause = this.#retryAfterMs || BACK_OFF_MIN_MS + Math.random() * BACK_OFF_SPREAD_MS;
    this.#retryAfterMs = 0;
    this.#later(pause, () => this.#connect());
  }

  #onMessage(message) {
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
        this.errors[message.code] = (this.errors[message.code] ?? 0) + 1;
        break;
    }
  }

  #onRegistered(message) {
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

  #onRefused({ error, retry_after_ms }) {
    this.refusals[error] = (this.refusals[error] ?? 0) + 1;
    this.#retryAfterMs = retry_after_ms ?? 0;
  }

  #onReceived({ client_message_id: key, message_id: id }) {
    const entry = this.unanswered.get(key);
    const before = this.received.get(key);
    if (before !== undefined && before !== id)
      this.ledger.fault(`${this.id}: ${key} was answered with two ids`);
    this.received.set(key, id);
    if (!entry) return;
    this.unanswered.delete(key);
    if (entry.isReport) this.answeredRequests += 1;
  }

  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify(frame), () => undefined);
  }

  #later(ms, work) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}
