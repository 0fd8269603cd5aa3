import { spawn, type ChildProcess } from 'node:child_process';
import type { Actions, Reply } from './answer.ts';
import { onCleanup } from './cleanup.ts';

const STOP_TIMEOUT_MS = 25_000;

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

interface Asked {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

interface ChildOptions {
  env?: Record<string, string>;
  /** A descriptor that takes both outputs; the channel is always there. */
  stdout?: number | 'ignore';
  cwd?: string;
}

/** A process of the benchmark: started, asked over its channel, and ended with it. */
export class Child<A extends Actions> {
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly #asked = new Map<number, Asked>();
  #next = 0;

  /** @param args what Node runs */
  constructor(args: string[], { env = {}, stdout = 'ignore', cwd }: ChildOptions = {}) {
    this.process = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout, stdout === 'ignore' ? 'inherit' : stdout, 'ipc'],
    });
    this.exited = new Promise((resolve) =>
      this.process.once('exit', (code, signal) => resolve({ code, signal })),
    );
    const forget = onCleanup(() => this.stop());
    this.process.on('message', (message: Reply) => this.#onMessage(message));
    void this.exited.then(({ code, signal }) => {
      forget();
      for (const { reject } of this.#asked.values())
        reject(new Error(`the process ended (${code ?? signal})`));
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Has the other process run one of its actions; gives what that resolves with. */
  ask<K extends keyof A & string>(action: K, ...args: Parameters<A[K]>): Promise<Awaited<ReturnType<A[K]>>> {
    if (this.hasEnded) return Promise.reject(new Error('the process has ended'));
    const id = ++this.#next;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as Asked['resolve'], reject });
      // It may be about to end; what fails to be sent must not end the benchmark.
      this.process.send({ id, action, args: (args as unknown[])[0] ?? {} }, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** Ends it, at first politely. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.hasEnded) return;
    this.process.kill(signal);
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
  }

  #onMessage({ id, result, error }: Reply): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  }
}
