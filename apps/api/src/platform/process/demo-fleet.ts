import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SIMULATOR = join(import.meta.dirname, '../../../../fleet-simulator/dist/main.js');
const ORGANIZATIONS = 3;
/** Not the one that `npm run fleet` takes by itself: two fleets with the same ids take the connections from each other. */
const PREFIX = 'orch';

/**
 * Starts simulated orchestrators that connect through the front door, in a process of their own that
 * ends with this one.
 *
 * @returns undefined when the simulator was not built beside the API
 */
export function startDemoFleet(count: number, url: string): ChildProcess | undefined {
  if (!existsSync(SIMULATOR)) return undefined;
  const args = ['--count', String(count), '--url', url, '--prefix', PREFIX];
  args.push('--organizations', String(ORGANIZATIONS), '--quiet');
  const fleet = fork(SIMULATOR, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  // Without processes or file descriptors there is no fleet; the controller goes on without.
  fleet.on('error', () => undefined);
  return fleet;
}

/** Ends the demo fleet and waits for it, so that nothing is left running. */
export async function stopDemoFleet(fleet: ChildProcess): Promise<void> {
  if (fleet.pid === undefined || fleet.exitCode !== null || fleet.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => fleet.once('exit', () => resolve()));
  fleet.kill('SIGTERM');
  const timer = setTimeout(() => fleet.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(timer);
}
