import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SIMULATOR = join(import.meta.dirname, '../../../../fleet-simulator/dist/main.js');
const ORGANIZATIONS = 3;
/**
 * Differs from the default prefix of `npm run fleet`: two fleets with the same ids would replace each other's
 * connections.
 */
const PREFIX = 'orch';

/**
 * Starts simulated orchestrators that connect over the network, in a child process that ends with this one.
 *
 * @param url the address of the controller's WebSocket, or several separated by commas
 * @returns undefined if the simulator was not built beside the API
 */
export function startDemoFleet(count: number, url: string): ChildProcess | undefined {
  if (!existsSync(SIMULATOR)) return undefined;
  const args = ['--count', String(count), '--url', url, '--prefix', PREFIX];
  args.push('--organizations', String(ORGANIZATIONS), '--quiet');
  const fleet = fork(SIMULATOR, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  // If no process or file descriptor is left, the controller continues without the fleet.
  fleet.on('error', () => undefined);
  return fleet;
}

/** Ends the demo fleet and waits for its end, so that nothing is left running. */
export async function stopDemoFleet(fleet: ChildProcess): Promise<void> {
  if (fleet.pid === undefined || fleet.exitCode !== null || fleet.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => fleet.once('exit', () => resolve()));
  fleet.kill('SIGTERM');
  const timer = setTimeout(() => fleet.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(timer);
}
