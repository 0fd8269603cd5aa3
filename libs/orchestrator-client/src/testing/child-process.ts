import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const DIRECTORY = new URL('.', import.meta.url).pathname;

/** A script of this directory in a process of its own. */
export class Child {
  /** What it printed, line by line. */
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly process: ChildProcess;

  constructor(script: string, args: string[]) {
    const nodeArgs = ['--import', `${DIRECTORY}run-typescript.mjs`, `${DIRECTORY}${script}`, ...args];
    this.process = spawn(process.execPath, nodeArgs, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.process.stdout) createInterface(this.process.stdout).on('line', (line) => this.lines.push(line));
    this.ended = new Promise((resolve) => {
      // Only after `close` all that it printed has been read.
      this.process.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
    });
  }

  /** Ends it as a power cut would: no handler runs. */
  kill(): void {
    this.process.kill('SIGKILL');
  }
}
