import { spawn } from 'node:child_process';
import { onCleanup } from './cleanup.mjs';

const STOP_TIMEOUT_MS = 25_000;

/** A process of the benchmark: started, asked over its channel, and ended with it. */
export class Child {
  #asked = new Map();
  #next = 0;

  /**
   * @param args what Node runs
   * @param options of `spawn`; the channel is always there
   */
  constructor(args, { env = {}, stdout = 'ignore', cwd } = {}) {
    this.process = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout, stdout === 'ignore' ? 'inherit' : stdout, 'ipc'],
    });
    this.exited = new Promise((resolve) =>
      this.process.once('exit', (code, signal) => resolve({ code, signal })),
    );
    this.forget = onCleanup(() => this.stop());
    this.process.on('message', (message) => this.#onMessage(message));
    void this.exited.then(({ code, signal }) => {
      this.forget();
      for (const { reject } of this.#asked.values())
        reject(new Error(`the process ended (${code ?? signal})`));
    });
  }

  get pid() {
    return this.process.pid;
  }

  get hasEnded() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Has the other process run one of its actions; gives what that resolves with. */
  ask(action, args = {}) {
    if (this.hasEnded) return Promise.reject(new Error('the process has ended'));
    const id = ++this.#next;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      // It may be about to end; what fails to be sent must not end the benchmark.
      this.process.send({ id, action, args }, (error) => error && reject(error));
    });
  }

  /** Ends it, at first politely. */
  async stop(signal = 'SIGTERM') {
    if (this.hasEnded) return;
    this.process.kill(signal);
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
  }

  #onMessage({ id, result, error }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  }
}
