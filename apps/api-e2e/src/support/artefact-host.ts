import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endProcess, freePort, type LogCapture, type TestServer, waitUntil } from '@moolai/testing';
import { asUser, giveTo } from '../system/debian.js';
import { databaseEnv } from './command.js';

/** The contents of an image, which a run tests instead of the sources, and how to start them. */
export interface Artefact {
  /** The working directory. */
  dir: string;
  /** The absolute path of the program, and its arguments. */
  command: string[];
  env: Record<string, string>;
  /** The system user that runs it. */
  user: string;
}

/** As long as for a process from the sources: a start is slow on a busy machine. */
const START_PATIENCE_MS = 50_000;

/** The environment variable that contains an {@link Artefact} as JSON. */
const ARTEFACT_VARIABLE = 'MOOLAI_ARTEFACT';

/** The artefact that this run tests; defined only in `npm run test:system`. */
export function presentArtefact(): Artefact | undefined {
  const text = process.env[ARTEFACT_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as Artefact);
}

/** The environment variables for a run that tests an artefact. */
export function environmentFor(artefact: Artefact): Record<string, string> {
  return { [ARTEFACT_VARIABLE]: JSON.stringify(artefact) };
}

/** A test's controller in a separate process, started as the image starts it. */
export class ArtefactHost {
  private said = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    log: LogCapture,
  ) {
    if (child.stdout) createInterface(child.stdout).on('line', (line) => log.write(`${line}\n`));
    child.stderr?.on('data', (data: Buffer) => (this.said += data.toString()));
  }

  /** Starts a controller with the given database and settings, and waits until it is ready. */
  static async start(
    { dir, command, env, user }: Artefact,
    connection: TestServer,
    settings: Record<string, string>,
    log: LogCapture,
  ): Promise<ArtefactHost> {
    const port = await freePort();
    giveTo(user, settings['CONTROLLER_DATA_DIR'] ?? '');
    const [program = '', args] = asUser(user, command[0] ?? '', command.slice(1));
    const child = spawn(program, args, {
      cwd: dir,
      env: {
        ...env,
        ...databaseEnv(connection),
        CONTROLLER_HOST: '127.0.0.1',
        CONTROLLER_PORT: String(port),
        LOG_LEVEL: 'debug',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const host = new ArtefactHost(child, port, log);
    const isReady = async (): Promise<boolean | undefined> => {
      if (child.exitCode !== null) throw new Error(`the artefact ended: ${host.said}${log.text()}`);
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
      return answer?.ok;
    };
    await waitUntil('the artefact is ready', isReady, START_PATIENCE_MS);
    return host;
  }

  /** Stops it as Docker does. */
  async close(): Promise<void> {
    const { child } = this;
    await endProcess(child);
    if (child.exitCode !== 0) throw new Error(`the artefact ended with ${child.exitCode}: ${this.said}`);
  }
}
