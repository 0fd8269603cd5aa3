import { setTimeout as delay } from 'node:timers/promises';
import type { Controller } from './controller.ts';
import type { Ledger } from './ledger.ts';
import type { SmallDisk } from './machine.ts';
import type { SoakOrchestrator } from './orchestrator.ts';

interface Surroundings {
  controller: Controller;
  fleet: SoakOrchestrator[];
  configDisk: SmallDisk;
  logDisk: SmallDisk;
}

interface Fault {
  name: string;
  /** False where this machine does not allow it. */
  isPossible?: boolean;
  run: (context: { ledger: Ledger }) => Promise<void> | void;
}

/** Everything that goes wrong on purpose, each with how long it lasts and what is left to do after it. */
export function faultsOf({ controller, fleet, configDisk, logDisk }: Surroundings): Fault[] {
  return [
    {
      name: 'the controller is killed',
      async run() {
        await controller.kill();
        await delay(500);
        await controller.start();
      },
    },
    {
      name: 'the database stands still for 12 s',
      async run() {
        controller.signalDatabase('SIGSTOP');
        await delay(12_000);
        controller.signalDatabase('SIGCONT');
      },
    },
    {
      name: 'the disk of the configuration files is full for 15 s',
      isPossible: configDisk.isReal,
      async run() {
        configDisk.fill(8_192);
        await delay(15_000);
        configDisk.empty();
      },
    },
    {
      name: 'twenty orchestrators stop reading for 40 s',
      async run() {
        const frozen = pick(fleet, 20);
        for (const one of frozen) one.freeze();
        await delay(40_000);
        for (const one of frozen) one.thaw();
      },
    },
    {
      name: 'the disk of the log is full for 20 s',
      isPossible: logDisk.isReal,
      async run() {
        logDisk.fill();
        await delay(20_000);
        logDisk.empty();
        controller.emptyLog();
      },
    },
    {
      name: 'forty orchestrators send 200 KB each, three times',
      async run() {
        for (const one of pick(fleet, 40)) {
          for (let count = 0; count < 3; count += 1) one.report(200_000);
          await delay(50);
        }
      },
    },
    {
      name: 'a backend of the database is killed, and it recovers',
      async run() {
        const rows = await controller.sql<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY backend_start LIMIT 1`,
        );
        for (const { pid } of rows) process.kill(pid, 'SIGKILL');
      },
    },
    {
      name: 'half of the fleet loses its connection at once',
      run() {
        for (const one of pick(fleet, fleet.length / 2)) one.leave(true);
      },
    },
    {
      name: 'the controller is stopped in order and started again',
      async run({ ledger }) {
        const code = await controller.stop();
        if (code !== 0) ledger.fault(`SIGTERM: exit code ${code}`);
        await controller.start();
      },
    },
  ];
}

/** So many of a list, at random. */
export function pick<T>(list: T[], count: number): T[] {
  const rest = [...list];
  return Array.from({ length: Math.min(count, list.length) }).flatMap(() =>
    rest.splice(Math.floor(Math.random() * rest.length), 1),
  );
}
