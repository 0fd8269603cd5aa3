import { rmSync } from 'node:fs';

/** Stops what the set-up started. */
export default async function tearDown() {
  const { postgres, dataDir } = globalThis.moolaiTestPostgres;
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
