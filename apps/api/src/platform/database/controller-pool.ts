import pg, { type PoolClient, type PoolConfig } from 'pg';
import { FairQueue } from './fair-queue.js';
import type { RotatingPassword } from './rotating-password.js';
import { StatementWatch } from './statement-watch.js';
import { currentWork, WorkAbandonedError, type Work } from './work.js';

/** Who waits when no request does. */
const CONTROLLER = 'controller';
/** The caller whose question says whether the database answers: it must not wait behind those that it is about. */
export const PROBE = 'probe';
/** Connections that {@link PROBE} may have besides all others. */
const RESERVED = 1;
const MAX_WAITING = 5_000;
const MAX_WAIT_MS = 20_000;

type Done = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (release?: unknown) => void,
) => void;

/**
 * The connections that REST, registrations and batches share. `pg`'s own pool gives up waiting for one of them after
 * the time that it has for connecting; here who waits for a connection stands in a fair queue instead.
 */
export class ControllerPool extends pg.Pool {
  /** Connections that are shared. */
  readonly size: number;
  private readonly queue: FairQueue;
  private readonly watches = new WeakMap<PoolClient, StatementWatch>();
  private readonly takenFromQueue = new Set<PoolClient>();

  private readonly rotation: RotatingPassword | undefined;

  constructor(config: PoolConfig & { max: number; rotation?: RotatingPassword }) {
    super({ ...config, max: config.max + RESERVED });
    this.size = config.max;
    this.rotation = config.rotation;
    this.queue = new FairQueue({ places: config.max, maxWaiting: MAX_WAITING, maxWaitMs: MAX_WAIT_MS });
    this.on('connect', (client) => this.watches.set(client, new StatementWatch(client)));
    this.on('release', (_error, client) => this.givenBack(client));
  }

  /** How many wait for a connection. */
  get waiting(): number {
    return this.queue.size;
  }

  override connect(): Promise<PoolClient>;
  override connect(done: Done): void;
  override connect(done?: Done): Promise<PoolClient> | void {
    if (!done) {
      return new Promise((resolve, reject) =>
        this.connect((error, client) => (client ? resolve(client) : reject(error ?? new Error('no client')))),
      );
    }
    const work = currentWork();
    if (work?.caller === PROBE) {
      this.open(done);
      return;
    }
    this.queue.enter(work?.caller ?? CONTROLLER, work).then(
      () => this.open((error, client, release) => this.handOut(work, done, error, client, release)),
      (error: Error) => done(error, undefined, () => undefined),
    );
  }

  /** A connection of `pg`'s pool; once more where the password was refused and there is another one by now. */
  private open(done: Done): void {
    const version = this.rotation?.version ?? 0;
    super.connect((error, client, release) => {
      if (error && this.rotation?.isRenewedAfter(error, version)) super.connect(done);
      else done(error, client, release);
    });
  }

  private handOut(work: Work | undefined, done: Done, ...[error, client, release]: Parameters<Done>): void {
    if (!client) {
      this.queue.leave();
      done(error, undefined, release);
      return;
    }
    this.takenFromQueue.add(client);
    if (work?.isAbandoned) {
      release();
      done(new WorkAbandonedError(), undefined, () => undefined);
      return;
    }
    this.watches.get(client)?.taken(work);
    done(undefined, client, release);
  }

  private givenBack(client: PoolClient): void {
    if (!this.takenFromQueue.delete(client)) return;
    this.watches.get(client)?.released();
    this.queue.leave();
  }
}
