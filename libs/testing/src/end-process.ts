import type { ChildProcess } from 'node:child_process';

/** A program that ignores the signal is killed after this time. */
const PATIENCE_MS = 20_000;

/** Ends a program that a test started, and waits for its exit. Does nothing if it has already ended. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const kill = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(kill);
}
