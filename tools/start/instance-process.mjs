import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printLog, say } from './log-lines.mjs';
import { endProcess } from './processes.mjs';

const HOST = '127.0.0.1';
const INSTANCE = join(import.meta.dirname, 'instance.mjs');
const START_MS = 90_000;
const POLL_MS = 100;
/** Between a start and the next one of an instance that ends again and again. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** An instance that ran so long did not fail at its start. */
const SETTLED_MS = 60_000;

/** One controller of several. When it ends by itself it is reported and started again. */
export class Instance {
  isReady = false;
  host = HOST;
  /** Lines about how to sign in, which the first start writes once. */
  signIn = [];
  #pauseMs = FIRST_PAUSE_MS;
  #isStopped = false;
  #child;

  constructor(name, port, env, logFormat) {
    this.name = name;
    this.port = port;
    this.logFormat = logFormat;
    this.env = { ...env, INSTANCE_ID: name, CONTROLLER_PORT: String(port) };
  }

  /** @returns {Promise<void>} when it accepts requests */
  async start() {
    this.#launch();
    const deadline = performance.now() + START_MS;
    const child = this.#child;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${this.name} did not start; see above`);
      if (performance.now() > deadline) throw new Error(`${this.name} does not accept requests`);
      const response = await fetch(`http://${HOST}:${this.port}/health/ready`).catch(() => undefined);
      await response?.arrayBuffer();
      if (response?.ok) return;
      await delay(POLL_MS);
    }
  }

  #launch() {
    const startedMs = performance.now();
    // In a group of its own: after Ctrl-C of a terminal this process ends everything in order.
    const child = fork(INSTANCE, { env: this.env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    printLog(child.stdout, this.name, this.logFormat);
    child.stderr.setEncoding('utf8').on('data', (text) => {
      if (text.includes('Sign in')) this.signIn.push(...text.trimEnd().split('\n'));
      else process.stderr.write(text);
    });
    child.once('exit', (code, signal) => {
      this.isReady = false;
      if (this.#isStopped) return;
      if (performance.now() - startedMs > SETTLED_MS) this.#pauseMs = FIRST_PAUSE_MS;
      say(
        `${this.name} ended (${signal ?? `exit code ${code}`}); it starts again in ${this.#pauseMs / 1_000} s`,
      );
      setTimeout(() => !this.#isStopped && this.#launch(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    });
  }

  async stop() {
    this.#isStopped = true;
    if (this.#child) await endProcess(this.#child);
  }
}
