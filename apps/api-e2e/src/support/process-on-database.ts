import { ControllerProcess, freePort, waitUntil, type TestDatabase } from '@moolai/testing';
import { databaseEnv } from './command.js';

const START_PATIENCE_MS = 60_000;

/** A controller in a separate process, on a database that is already migrated, so that it starts quickly. */
export async function startOn(
  { connection }: TestDatabase,
  dataDir: string,
  env: Record<string, string> = {},
): Promise<ControllerProcess> {
  const controller = new ControllerProcess(await freePort(), dataDir, {
    ...databaseEnv(connection),
    LOG_LEVEL: 'warn',
    ...env,
  });
  await waitUntil(
    'the controller is healthy',
    async () => {
      if (controller.exit) throw new Error(`it ended: ${controller.errors} ${controller.output}`);
      return (await controller.fetch('/api/v1/controller/health'))?.status === 200;
    },
    START_PATIENCE_MS,
  );
  return controller;
}
