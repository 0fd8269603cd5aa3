import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const DIRECTORY = new URL('.', import.meta.url).pathname;

/** A script of this directory in a child process. */
export class Child {
  /** Printed lines. */
  readonly lines: string[] = [];
  /** The exit code, or the signal that ended the process. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly process: ChildProcess;

  constructor(script: string, args: string[]) {
    const nodeArgs = ['--import', `${DIRECTORY}run-typescript.mjs`, `${DIRECTORY}${script}`, ...args];
    this.process = spawn(process.execPath, nodeArgs, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.process.stdout) createInterface(this.process.stdout).on('line', (line) => this.lines.push(line));
    this.ended = new Promise((resolve) => {
      // All output has been read only after `close`.
      this.process.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
    });
  }

  /** Kills the process without running its handlers, like a power cut. */
  kill(): void {
    this.process.kill('SIGKILL');
  }
}
