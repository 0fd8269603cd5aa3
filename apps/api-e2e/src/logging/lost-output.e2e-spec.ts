import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv, runCommand } from '../support/command.js';
import { parseExposition } from '../support/exposition.js';

const ORCHESTRATORS = 5;
const BEATS = 100;

describe('a controller whose output cannot be written', () => {
  let database: TestDatabase;
  let dataDir: string;
  let controller: ControllerProcess;
  let orchestrators: TestOrchestrator[] = [];

  beforeAll(async () => {
    database = await TestDatabase.create();
    dataDir = newDataDir();
  });

  // A failed test must not leave a controller that blocks the database for the next one.
  afterEach(async () => {
    orchestrators.forEach(({ socket }) => socket.terminate());
    if (controller.exit) return;
    controller.signal('SIGKILL');
    await controller.untilExit();
  });

  afterAll(() => database.drop());

  async function start(stdout: number | 'unread'): Promise<void> {
    orchestrators = [];
    const env = { LOG_FORMAT: 'json', LOG_LEVEL: 'trace', LOG_BUFFER_BYTES: '65536' };
    const settings = { ...databaseEnv(database.connection), ...env };
    controller = new ControllerProcess(await freePort(), dataDir, settings, stdout);
    await controller.untilHealthy();
    for (let index = 0; index < ORCHESTRATORS; index += 1) {
      const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
      await orchestrator.register(`lost-${index}`);
      orchestrators.push(orchestrator);
    }
  }

  async function figure(name: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${controller.port}/metrics`);
    return parseExposition(await response.text()).find((sample) => sample.name === name)?.value ?? NaN;
  }

  /** Each heartbeat writes a line. */
  function beat(): void {
    for (let index = 0; index < ORCHESTRATORS * BEATS; index += 1) {
      orchestrators[index % ORCHESTRATORS]?.beat(`lost-${index % ORCHESTRATORS}`);
    }
  }

  async function untilLinesAreDropped(): Promise<void> {
    const before = await figure('moolai_log_lines_dropped_total');
    await waitUntil('lines are dropped', async () => {
      beat();
      return (await figure('moolai_log_lines_dropped_total')) > before;
    });
  }

  /** Checks that REST, WebSocket and heartbeats work, and that a signal ends the process. */
  async function worksAndEnds(): Promise<void> {
    expect(await figure('moolai_log_waiting_bytes')).toBeLessThanOrEqual(65_536);
    const processed = async (): Promise<number> => (await controller.api.getOverview()).heartbeats.processed;
    const before = await processed();
    beat();
    await waitUntil('all are processed', async () => (await processed()) >= before + ORCHESTRATORS * BEATS);
    const late = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    orchestrators.push(late);
    await late.register('lost-late');
    controller.signal('SIGTERM');
    expect(await controller.untilExit()).toEqual({ code: 0, signal: null });
  }

  function newPipe(): { reader: number; writer: number } {
    const path = join(dataDir, `pipe-${Math.random()}`);
    execFileSync('mkfifo', [path]);
    // Opened for both, so that neither end waits for the other.
    const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    return { reader, writer: openSync(path, constants.O_WRONLY) };
  }

  function readAll(reader: number): string {
    const buffer = Buffer.alloc(1024 * 1024);
    let text = '';
    try {
      for (;;) text += buffer.toString('utf8', 0, readSync(reader, buffer));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN');
    }
    return text;
  }

  it('continues and ends when the reader of a pipe stalls, and later reports the dropped lines', async () => {
    const { reader, writer } = newPipe();
    await start(writer);
    await untilLinesAreDropped();
    let text = '';
    let losses: Record<string, unknown>[] = [];
    // Reading the metric writes lines too, and a late loss is reported with the next line.
    await waitUntil('each lost line is accounted for', async () => {
      const dropped = await figure('moolai_log_lines_dropped_total');
      text += readAll(reader);
      const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
      const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      losses = records.filter((record) => 'dropped_lines' in record);
      return losses.reduce((sum, loss) => sum + Number(loss['dropped_lines']), 0) === dropped;
    });
    expect(losses[0]).toMatchObject({
      level: 'warn',
      msg: `${String(losses[0]?.['dropped_lines'])} lines of the log were dropped: the output could not be written`,
    });
    await untilLinesAreDropped();
    await worksAndEnds();
    closeSync(reader);
    closeSync(writer);
  });

  it('continues and ends when the reader of a pipe is gone', async () => {
    const { reader, writer } = newPipe();
    await start(writer);
    closeSync(reader);
    await untilLinesAreDropped();
    await worksAndEnds();
    closeSync(writer);
  });

  it('continues and ends when the reader of a socket stalls', async () => {
    await start('unread');
    await untilLinesAreDropped();
    await worksAndEnds();
  });

  it('continues and ends when the disk is full', async () => {
    const full = openSync('/dev/full', 'w');
    await start(full);
    await untilLinesAreDropped();
    await worksAndEnds();
    closeSync(full);
  });

  it('does not keep a command from ending either', async () => {
    const settings = { ...databaseEnv(database.connection), CONTROLLER_DATA_DIR: dataDir };
    const out = join(dataDir, 'backups');
    const { code, errors } = await runCommand('backup', ['--out', out], settings, false);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(readdirSync(out).filter((name) => name.endsWith('.tar.gz'))).toHaveLength(1);
  });
});
