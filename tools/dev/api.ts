import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { ApiCommand, ApiReport } from './api-process.ts';
import { hasEnded, stop } from './processes.ts';
import { printLogLine, say } from './output.ts';

const MAIN = join(import.meta.dirname, 'api-process.ts');
const HOOKS = new URL('run-sources.ts', import.meta.url).href;

/** The API, and the process that will replace it: that one has loaded its packages already. */
export class Api {
  readonly #env: NodeJS.ProcessEnv;
  #current: ChildProcess | undefined;
  #next: ChildProcess | undefined;
  #restarting: Promise<void> | undefined;
  #isOutdated = false;
  #isStopped = false;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Runs the API from the present sources. Never rejects: errors are printed, and the next change tries again. */
  async restart(): Promise<void> {
    this.#isOutdated = true;
    this.#restarting ??= this.#restartUntilCurrent().finally(() => {
      this.#restarting = undefined;
    });
    await this.#restarting;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([stop(this.#next), stop(this.#current)]);
    await this.#restarting;
  }

  async #restartUntilCurrent(): Promise<void> {
    while (this.#isOutdated && !this.#isStopped) {
      this.#isOutdated = false;
      await this.#replace();
    }
  }

  async #replace(): Promise<void> {
    const startedAt = performance.now();
    const process = this.#next ?? this.#fork();
    this.#next = undefined;
    send(process, 'load');
    if (!(await reports(process, 'loaded'))) {
      if (this.#isStopped) return;
      this.#next = this.#fork();
      const isServed = this.#current !== undefined && !hasEnded(this.#current);
      say(`the API could not be loaded${isServed ? '; the previous one keeps running' : ''}`);
      return;
    }
    const verb = this.#current === undefined ? 'started' : 'restarted';
    await stop(this.#current);
    if (this.#isStopped) return stop(process);
    this.#current = process;
    send(process, 'start');
    const hasStarted = await reports(process, 'started');
    if (this.#isStopped) return;
    this.#next = this.#fork();
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    say(hasStarted ? `the API ${verb} in ${seconds} s` : 'the API could not start');
  }

  #fork(): ChildProcess {
    const child = fork(MAIN, [], {
      env: this.#env,
      execArgv: ['--import', HOOKS, '--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      // In a group of its own: Ctrl-C reaches this process only, which then stops the others in order.
      detached: true,
    });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', printLogLine);
    return child;
  }
}

function send(child: ChildProcess, command: ApiCommand): void {
  // A process that has just ended is noticed by its exit.
  if (child.connected) child.send(command, () => undefined);
}

/** Waits for a report; false when the process ends instead. */
function reports(child: ChildProcess, wanted: ApiReport): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isReported: boolean): void => {
      child.off('message', onMessage).off('exit', onExit);
      resolve(isReported);
    };
    const onMessage = (report: unknown): void => {
      if (report === wanted) settle(true);
    };
    const onExit = (): void => settle(false);
    child.on('message', onMessage).on('exit', onExit);
    if (hasEnded(child)) settle(false);
  });
}
