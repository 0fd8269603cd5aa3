import './run-sources.ts';

/** The database that every process of the API uses in turn. */
export interface Database {
  url: string;
  /** What tells the API where it is. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** Starts the embedded database, unless the settings name another one. */
export async function startDatabase(env: NodeJS.ProcessEnv): Promise<Database> {
  if (env['DATABASE_HOST'] || env['DATABASE_URL']) {
    return { url: 'as DATABASE_HOST or DATABASE_URL says', env: {}, stop: () => Promise.resolve() };
  }
  const { lockDataDir } = await import('../../apps/api/src/platform/process/data-dir-lock.ts');
  const { EmbeddedPostgres } = await import('../../apps/api/src/platform/database/embedded-postgres.ts');
  const dataDir = env['CONTROLLER_DATA_DIR'] ?? '.data';
  const unlock = lockDataDir(dataDir);
  const postgres = new EmbeddedPostgres({ dataDir });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    unlock();
  };
  try {
    const { host, port, user, password, database } = await postgres.start();
    const url = `postgres://${user}:${password}@${host}:${port}/${database}`;
    return { url, env: { DATABASE_URL: url }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
