import type { ChildProcess } from 'node:child_process';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app/configure-app.js';
import { hasConsole } from './app/console.js';
import { HeartbeatWriter, LiveFleet } from './app/live-state/index.js';
import { DefaultSecrets, SuperadminSeed } from './app/users/index.js';
import { dropLibpqVariables } from './platform/config/libpq-environment.js';
import { loadSettings, SettingsError, type Settings } from './platform/config/settings.js';
import { connectDatabase } from './platform/database/connect.js';
import type { DatabaseConnection } from './platform/database/connection.js';
import { ControllerLock } from './platform/database/controller-lock.js';
import { EmbeddedPostgres } from './platform/database/embedded-postgres.js';
import { followPrimary } from './platform/database/primary-finder.js';
import { RequestDrain } from './platform/http/request-drain.js';
import { createLogger, lineStreamOf, type Logger } from './platform/logging/logger.js';
import { banner, signInLines } from './platform/process/banner.js';
import { lockDataDir, StartError } from './platform/process/data-dir-lock.js';
import { capConnections, isOutOfDescriptors } from './platform/process/file-descriptors.js';
import { startDemoFleet, stopDemoFleet } from './platform/process/demo-fleet.js';
import { startTracing } from './platform/tracing/start-tracing.js';
import { settleWithin } from './platform/process/settle-within.js';
import { LEFT_AFTER_MS, removeLeftovers } from './platform/process/leftovers.js';
import { surviveLostOutput } from './platform/process/output-errors.js';
import { assertPortFree, listenError } from './platform/process/port.js';

/** Longer than all steps of a clean shutdown together: goodbyes, the last batch, pending requests. */
const CLOSE_TIMEOUT_MS = 15_000;
/** The same after an unhandled error: a hanging step must not keep a broken process alive. */
const FAILED_END_TIMEOUT_MS = 10_000;
/**
 * Length of the queue of connections to accept, as far as the kernel allows (net.core.somaxconn). When a fleet
 * reconnects at once the kernel drops those beyond it, which retry after 1, 3, 7 and 15 s. Node's default is 511.
 */
const MAX_WAITING_CONNECTIONS = 4_096;

/** Steps to undo at the end, newest first: the database outlives everything that writes to it. */
type Undo = () => void | Promise<void>;

/** One controller process: start, signals, clean shutdown. */
class ControllerProcess {
  private readonly undo: Undo[] = [];
  private readonly starting = new AbortController();
  private ending: Promise<void> | undefined;
  /** True if accepted data could not be stored. */
  hasLostData = false;

  /** @param onReplaced receives the reason why this process may no longer serve its database */
  constructor(
    private readonly settings: Settings,
    private readonly logger: Logger,
    private readonly onReplaced: (reason: string) => void,
  ) {}

  async start(): Promise<void> {
    const { settings, logger } = this;
    await assertPortFree(settings.host, settings.port);
    const stopTracing = await startTracing(settings, logger);
    if (stopTracing) this.undo.push(stopTracing);
    const connection = await this.openDatabase();
    this.starting.signal.throwIfAborted();
    const isShared = settings.redis !== undefined;
    const lock = new ControllerLock({ connection, logger, isShared, onLost: this.onReplaced });
    this.undo.push(() => lock.release());
    const dataSource = await connectDatabase(connection, logger, {
      signal: this.starting.signal,
      migrateAtStart: settings.migrateAtStart,
      migrationWaitMs: settings.migrationWaitSec * 1_000,
      poolSize: settings.databasePoolSize,
      acquireLock: () => lock.acquire(settings.takeoverWaitSec * 1_000, this.starting.signal),
    });
    removeLeftovers([settings.configDir, settings.dataDir], isShared ? LEFT_AFTER_MS : 0);
    const app = await createApp({ settings, logger, connection, dataSource });
    this.undo.push(() => this.close(app));
    await this.initialize(app);
    const address = await this.listen(app);
    this.starting.signal.throwIfAborted();
    const demoFleet = this.startFleet(address);
    await this.greet(app, address, demoFleet ? settings.demoFleet : 0);
  }

  /** Prints the address and how to sign in, after all output of the start. */
  private async greet(app: NestFastifyApplication, address: string, demoFleet: number): Promise<void> {
    const { settings, logger } = this;
    const { madePassword: newPassword } = app.get(SuperadminSeed);
    const defaultSecrets = await app.get(DefaultSecrets).warn();
    if (settings.logFormat === 'json') {
      // A collector of JSON lines cannot parse the banner, and should not store a password.
      logger.info({ address }, 'listening');
      if (newPassword !== undefined)
        process.stderr.write(`${signInLines(settings, newPassword).join('\n')}\n`);
      return;
    }
    const liveFleet = app.get(LiveFleet);
    const lines = lineStreamOf(logger);
    await lines?.settled(() => liveFleet.count(null).connected >= demoFleet);
    if (this.starting.signal.aborted) return;
    lines?.print(
      banner(settings, { address, hasConsole: hasConsole(), demoFleet, newPassword, defaultSecrets }),
    );
  }

  /** Undoes everything once, in reverse order. */
  end(): Promise<void> {
    this.starting.abort(new StartError('stopped while starting'));
    this.ending ??= this.undoAll();
    return this.ending;
  }

  private async undoAll(): Promise<void> {
    for (let step = this.undo.pop(); step; step = this.undo.pop()) {
      try {
        await step();
      } catch (error) {
        // Continue with the next steps: a failed one must not leave a database running.
        this.logger.error({ err: error }, 'could not end cleanly');
      }
    }
  }

  private async openDatabase(): Promise<DatabaseConnection> {
    const { database, dataDir } = this.settings;
    if (database.mode === 'external') return followPrimary(database);
    this.undo.push(lockDataDir(dataDir));
    const postgres = new EmbeddedPostgres({
      dataDir,
      onRevival: (error) => {
        if (isOutOfDescriptors(error)) {
          this.logger.error('the database cannot be supervised: there are too many open files (ulimit -n)');
        } else if (error) {
          this.logger.error({ err: error }, 'the database ended and cannot be restarted');
        } else this.logger.warn('the database ended unexpectedly and was restarted');
      },
    });
    // Before the start, so that an interrupted one leaves no server behind.
    this.undo.push(() => postgres.stop());
    return postgres.start();
  }

  /** @returns the address to open on this machine */
  private async listen(app: NestFastifyApplication): Promise<string> {
    const { host, port } = this.settings;
    try {
      await app.listen({ port, host, backlog: MAX_WAITING_CONNECTIONS });
    } catch (error) {
      throw listenError(error, host, port);
    }
    capConnections(app.getHttpServer(), this.logger);
    const { port: actualPort } = app.getHttpServer().address() as { port: number };
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${actualPort}`;
  }

  /** Starts the application's parts before it is reachable. */
  private async initialize(app: NestFastifyApplication): Promise<void> {
    try {
      await app.init();
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (code !== undefined && path?.startsWith(this.settings.configDir)) {
        throw new StartError(`CONTROLLER_CONFIG_DIR ${this.settings.configDir} is not writable (${code})`);
      }
      throw error;
    }
  }

  private async close(app: NestFastifyApplication): Promise<void> {
    // First of all, because requests that a balancer sends elsewhere need not be refused.
    app.get(RequestDrain).announce();
    // Connections to a vanished database never report their end.
    await settleWithin(app.close(), CLOSE_TIMEOUT_MS);
    this.hasLostData = app.get(HeartbeatWriter).hasUnwritten;
  }

  private startFleet(address: string): ChildProcess | undefined {
    const { database, demoFleet } = this.settings;
    if (database.mode === 'external' || demoFleet === 0) return undefined;
    const fleet = startDemoFleet(demoFleet, `${address.replace(/^http/, 'ws')}/ws`);
    if (fleet) this.undo.push(() => stopDemoFleet(fleet));
    return fleet;
  }
}

/** Why the process cannot start, in one line. */
function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StartError) return error.message;
  return error instanceof Error ? `cannot start: ${error.message}` : 'cannot start';
}

function readSettings(): Settings | undefined {
  try {
    return loadSettings(process.env);
  } catch (error) {
    process.stderr.write(`moolai-controller: ${explain(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

/** Runs the controller until a signal ends it. Sets the exit code; never throws. */
export async function runController(): Promise<void> {
  surviveLostOutput();
  const ignored = dropLibpqVariables(process.env);
  const settings = readSettings();
  if (!settings) return;
  const logger = createLogger(settings);
  if (ignored.length > 0) logger.warn({ ignored }, 'variables of PostgreSQL are not used: DATABASE_* are');
  let isStopping = false;
  let hasFailed = false;
  const end = async (): Promise<void> => {
    await controller.end();
    await lineStreamOf(logger)?.flush();
  };
  const stop = (exitCode: number): void => {
    if (isStopping) return;
    isStopping = true;
    void end()
      .then(() => process.exit(hasFailed || controller.hasLostData ? 1 : exitCode))
      .catch(() => process.exit(1));
  };
  const controller = new ControllerProcess(settings, logger, (reason) => {
    if (!isStopping) logger.fatal(`${reason}: stopping`);
    stop(1);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!isStopping) logger.info(`${signal}: stopping`);
      stop(0);
    });
  }
  // Also called for unhandled rejections. The state of the process is unknown, so only shut down cleanly.
  process.on('uncaughtException', (error, origin) => {
    // Later errors are probably consequences of the first one.
    if (hasFailed) return;
    hasFailed = true;
    isStopping = true;
    logger.fatal({ err: error, origin }, 'an error was not handled: stopping');
    void settleWithin(end(), FAILED_END_TIMEOUT_MS)
      .catch(() => undefined)
      .then(() => process.exit(1));
  });
  try {
    await controller.start();
  } catch (error) {
    if (isStopping) return;
    if (!(error instanceof StartError)) logger.debug({ err: error }, 'start failed');
    await end();
    process.stderr.write(`moolai-controller: ${explain(error)}\n`);
    process.exit(1);
  }
}
