import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigChangeResult, IndependenceResult, Message } from '@moolai/contracts';
import type { Controller, RequestOptions } from './controller.ts';
import { count, type Counts, type Ledger } from './ledger.ts';

const MAX_PAUSE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** The administrators: they send messages, change configurations and switch independence, and note each answer. */
export class SoakOperator {
  /** Ids of the messages that were answered with 201. */
  readonly accepted = new Set<number>();
  /** The last switch that was answered with 200, by orchestrator. */
  readonly switches = new Map<string, boolean>();
  /** The last configuration version that was answered with 200, by orchestrator. */
  readonly versions = new Map<string, number>();
  readonly answers: Counts = {};
  filesRefused = 0;
  slowestMs = 0;
  readonly #controller: Controller;
  readonly #ids: string[];
  readonly #ledger: Ledger;
  #isStopped = false;

  constructor(controller: Controller, ids: string[], ledger: Ledger) {
    this.#controller = controller;
    this.#ids = ids;
    this.#ledger = ledger;
  }

  /** Runs until {@link stop}; each of the three lanes does one thing after the other. */
  async run({
    messagesPerSec,
    changesPerSec,
  }: {
    messagesPerSec: number;
    changesPerSec: number;
  }): Promise<void> {
    await Promise.all([
      this.#lane(1000 / messagesPerSec, () => this.#message()),
      this.#lane(1000 / changesPerSec, () => this.#configure()),
      this.#lane(1000 / changesPerSec, () => this.#switch()),
    ]);
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #lane(pauseMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.#isStopped) {
      await Promise.all([work(), delay(pauseMs)]);
    }
  }

  #anyId(): string {
    const id = this.#ids[Math.floor(Math.random() * this.#ids.length)];
    if (id === undefined) throw new Error('no orchestrators');
    return id;
  }

  /** Posts one message until it is accepted, each time with the same key: it must come into being once. */
  async #message(): Promise<void> {
    const id = this.#anyId();
    const key = randomUUID();
    const request = {
      body: { message_type: 'soak', message_content: { key } },
      headers: { 'idempotency-key': key },
    };
    const data = await this.#untilDone<Message>(
      'POST',
      `/internal/orchestrators/${id}/messages`,
      request,
      201,
    );
    if (data) this.accepted.add(data.id);
  }

  async #configure(): Promise<void> {
    const id = this.#anyId();
    const request = { body: { features: { soak: Math.floor(Math.random() * 1_000_000) } } };
    const data = await this.#untilDone<ConfigChangeResult>(
      'PUT',
      `/internal/orchestrators/${id}/config`,
      request,
      200,
    );
    if (data) this.versions.set(id, Math.max(this.versions.get(id) ?? 0, data.config_version));
  }

  async #switch(): Promise<void> {
    const id = this.#anyId();
    const isIndependent = Math.random() < 0.5;
    const request = { body: { is_independent: isIndependent } };
    const data = await this.#untilDone<IndependenceResult>(
      'PUT',
      `/internal/orchestrators/${id}/independence`,
      request,
      200,
    );
    if (!data) return;
    this.switches.set(id, isIndependent);
    if (!data.persisted.env_file || !data.persisted.json_file) this.filesRefused += 1;
  }

  /** Repeats what was not done; gives the data of the answer, or undefined for an orchestrator not known yet. */
  async #untilDone<T>(
    method: string,
    path: string,
    request: RequestOptions,
    wanted: number,
  ): Promise<T | undefined> {
    for (let pauseMs = 250; !this.#isStopped; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
      const startMs = performance.now();
      try {
        const { status, body, headers } = await this.#controller.request<T>(method, path, {
          ...request,
          timeoutMs: REQUEST_TIMEOUT_MS,
        });
        this.slowestMs = Math.max(this.slowestMs, performance.now() - startMs);
        count(this.answers, status);
        if (status === wanted) return body.data;
        if (status === 404) return undefined;
        if (status !== 503 && status !== 429)
          this.#ledger.fault(`${method} ${path}: ${status} ${body.detail}`);
        if (status === 503 && !headers.has('retry-after'))
          this.#ledger.fault(`${method} ${path}: 503 without Retry-After: ${body.detail}`);
      } catch (error) {
        const name = (error as Error).name === 'TimeoutError' ? 'no answer in 30 s' : 'connection lost';
        count(this.answers, name);
      }
      await delay(pauseMs);
    }
    return undefined;
  }
}
