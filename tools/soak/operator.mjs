import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const MAX_PAUSE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** The administrators: they send messages, change configurations and switch independence, and note each answer. */
export class SoakOperator {
  /** Id of each message that was answered with 201, and whom it was for. */
  accepted = new Map();
  /** The last switch that was answered with 200, by orchestrator. */
  switches = new Map();
  /** The last configuration version that was answered with 200, by orchestrator. */
  versions = new Map();
  answers = {};
  filesRefused = 0;
  slowestMs = 0;
  #isStopped = false;

  constructor(controller, ids, ledger) {
    Object.assign(this, { controller, ids, ledger });
  }

  /** Runs until {@link stop}; each of the three lanes does one thing after the other. */
  async run({ messagesPerSec, changesPerSec }) {
    await Promise.all([
      this.#lane(1000 / messagesPerSec, () => this.#message()),
      this.#lane(1000 / changesPerSec, () => this.#configure()),
      this.#lane(1000 / changesPerSec, () => this.#switch()),
    ]);
  }

  stop() {
    this.#isStopped = true;
  }

  async #lane(pauseMs, work) {
    while (!this.#isStopped) {
      await Promise.all([work(), delay(pauseMs)]);
    }
  }

  #anyId() {
    return this.ids[Math.floor(Math.random() * this.ids.length)];
  }

  /** Posts one message until it is accepted, each time with the same key: it must come into being once. */
  async #message() {
    const id = this.#anyId();
    const key = randomUUID();
    const request = {
      body: { message_type: 'soak', message_content: { key } },
      headers: { 'idempotency-key': key },
    };
    const data = await this.#untilDone('POST', `/internal/orchestrators/${id}/messages`, request, 201);
    if (data) this.accepted.set(data.id, { orchestratorId: id, key });
  }

  async #configure() {
    const id = this.#anyId();
    const request = { body: { features: { soak: Math.floor(Math.random() * 1_000_000) } } };
    const data = await this.#untilDone('PUT', `/internal/orchestrators/${id}/config`, request, 200);
    if (data) this.versions.set(id, Math.max(this.versions.get(id) ?? 0, data.config_version));
  }

  async #switch() {
    const id = this.#anyId();
    const isIndependent = Math.random() < 0.5;
    const request = { body: { is_independent: isIndependent } };
    const data = await this.#untilDone('PUT', `/internal/orchestrators/${id}/independence`, request, 200);
    if (!data) return;
    this.switches.set(id, isIndependent);
    if (!data.persisted.env_file || !data.persisted.json_file) this.filesRefused += 1;
  }

  /** Repeats what was not done; gives the data of the answer, or undefined for an orchestrator not known yet. */
  async #untilDone(method, path, request, wanted) {
    for (let pauseMs = 250; !this.#isStopped; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
      const startMs = performance.now();
      try {
        const { status, body, headers } = await this.controller.request(method, path, {
          ...request,
          timeoutMs: REQUEST_TIMEOUT_MS,
        });
        this.slowestMs = Math.max(this.slowestMs, performance.now() - startMs);
        this.answers[status] = (this.answers[status] ?? 0) + 1;
        if (status === wanted) return body.data;
        if (status === 404) return undefined;
        if (status !== 503 && status !== 429)
          this.ledger.fault(`${method} ${path}: ${status} ${body.detail}`);
        if (status === 503 && !headers.has('retry-after'))
          this.ledger.fault(`${method} ${path}: 503 without Retry-After: ${body.detail}`);
      } catch (error) {
        const name = error.name === 'TimeoutError' ? 'no answer in 30 s' : 'connection lost';
        this.answers[name] = (this.answers[name] ?? 0) + 1;
      }
      await delay(pauseMs);
    }
    return undefined;
  }
}
