import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The workspace's root. */
export const root = join(import.meta.dirname, '..');

/** Where the workspace's own Node and programs are, before those of the machine. */
export const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NG_CLI_ANALYTICS: 'false',
  NEXT_TELEMETRY_DISABLED: '1',
};

/**
 * Runs Nx and gives its exit code; its output goes to `stdio` as spawn takes it.
 * @param {string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 */
export function nx(args, stdio = 'inherit') {
  const result = spawnSync('nx', args, { cwd: root, env: environment, stdio });
  return result.status ?? 1;
}
