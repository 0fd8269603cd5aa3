import { rmSync } from 'node:fs';

/** Stops the server that global-setup started. */
export default async function tearDown() {
  const { postgres, dataDir } = globalThis.moolaiTestPostgres;
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
