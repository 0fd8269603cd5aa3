import { execFileSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  processesOf,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { serverProcesses } from '../support/server-processes.js';

const LIMIT = 200;
const STRANGERS = 400;
/** Fewer than any process has open: nothing more can be opened. */
const NONE = 8;

describe('a controller that runs out of file descriptors', () => {
  const dataDir = newDataDir();
  const sockets: Socket[] = [];
  let controller: ControllerProcess;

  beforeAll(async () => {
    controller = new ControllerProcess(
      await freePort(),
      dataDir,
      { DEMO_FLEET: '0', HEARTBEAT_INTERVAL_SEC: '60', HEARTBEAT_TTL_SEC: '600' },
      undefined,
      ['prlimit', `--nofile=${LIMIT}:${LIMIT * 2}`],
    );
    await controller.untilHealthy();
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await controller.stop();
    await waitUntil('nothing is left', () => processesOf(dataDir).length === 0);
  });

  function limitTo(files: number): void {
    execFileSync('prlimit', ['--pid', String(controller.pid), `--nofile=${files}:`]);
  }

  it('reserves those for the database and files, however many connections arrive', async () => {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('steady');
    let closed = 0;
    for (let n = 0; n < STRANGERS * 2; n += 1) {
      const socket = connect(controller.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.once('close', () => (closed += 1));
      sockets.push(socket);
    }
    await waitUntil('some are hung up on', () => closed > STRANGERS);
    await waitUntil('the log says so', () => controller.output.includes('connections are refused'));
    // Storing needs a statement, and a heartbeat a write.
    orchestrator.send({
      type: 'recommendation',
      orchestrator_id: 'steady',
      client_message_id: 'r-1',
      recommendation: { n: 1 },
    });
    await expect(orchestrator.next('received')).resolves.toMatchObject({ client_message_id: 'r-1' });
    for (const socket of sockets.splice(0)) socket.destroy();
    await controller.untilHealthy();
    orchestrator.crash();
  });

  it('continues without any, and restarts its database when some are free', async () => {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('patient');
    limitTo(NONE);
    await waitUntil('it says so', () => controller.output.includes('the database cannot be supervised'));
    const [postmaster = 0] = serverProcesses(dataDir);
    process.kill(postmaster, 'SIGKILL');
    await waitUntil('the server has ended', () => processesOf(dataDir).length === 0);
    expect(controller.exit).toBeUndefined();
    limitTo(LIMIT);
    await waitUntil('it is started again', () => controller.output.includes('was restarted'));
    await controller.untilHealthy();
    expect(controller.exit).toBeUndefined();
    orchestrator.send({
      type: 'recommendation',
      orchestrator_id: 'patient',
      client_message_id: 'r-2',
      recommendation: { n: 2 },
    });
    await expect(orchestrator.next('received')).resolves.toMatchObject({ client_message_id: 'r-2' });
    orchestrator.crash();
  });
});
