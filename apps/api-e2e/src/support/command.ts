import { spawn } from 'node:child_process';
import type { TestServer } from '@moolai/testing';

const DIST = new URL('../../../api/dist/', import.meta.url).pathname;

/** The output and the exit code of a command. */
export interface CommandResult {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs a command of the API's build as its npm script does, without the settings of this process. */
export async function runCommand(
  name: string,
  args: string[],
  env: Record<string, string>,
  hasReader = true,
): Promise<CommandResult> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [`${DIST}${name}.js`, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  if (!hasReader) child.stdout.destroy();
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  return { code, output, errors };
}

/** The settings with which a controller connects to this database. */
export function databaseEnv({ host, port, user, password, database }: TestServer): Record<string, string> {
  return {
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
    DATABASE_NAME: database,
  };
}
