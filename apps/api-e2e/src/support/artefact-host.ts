import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endProcess, freePort, type LogCapture, type TestServer, waitUntil } from '@moolai/testing';
import { asUser, giveTo } from '../system/debian.js';
import { databaseEnv } from './command.js';

/** What is to be tested instead of the sources: an image's content, and how it is started. */
export interface Artefact {
  /** Where it is started. */
  dir: string;
  /** Its program, absolute, and the program's arguments. */
  command: string[];
  env: Record<string, string>;
  /** Who runs it. */
  user: string;
}

/** As for a process from the sources: on a busy machine a start takes its time. */
const START_PATIENCE_MS = 50_000;

/** Name of the environment variable that has an {@link Artefact} as JSON. */
const ARTEFACT_VARIABLE = 'MOOLAI_ARTEFACT';

/** The artefact that this run is about; undefined in every run but that of `npm run test:system`. */
export function presentArtefact(): Artefact | undefined {
  const text = process.env[ARTEFACT_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as Artefact);
}

/** The environment that a run about an artefact needs. */
export function environmentFor(artefact: Artefact): Record<string, string> {
  return { [ARTEFACT_VARIABLE]: JSON.stringify(artefact) };
}

/** A controller of a test in a process of its own, as the image runs it. */
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

  /** Starts it on this database and these files, and waits until it is ready. */
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

  /** Ends it as Docker does. */
  async close(): Promise<void> {
    const { child } = this;
    await endProcess(child);
    if (child.exitCode !== 0) throw new Error(`the artefact ended with ${child.exitCode}: ${this.said}`);
  }
}
