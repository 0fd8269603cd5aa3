import pg, { type PoolClient, type PoolConfig } from 'pg';
import { FairQueue } from './fair-queue.js';
import { currentLane, laneSizes, type Lane } from './lanes.js';
import type { PrimaryFinder } from './primary-finder.js';
import type { RotatingPassword } from './rotating-password.js';
import { isCut } from './server-identity.js';
import { SILENCE, StatementWatch } from './statement-watch.js';
import { currentWork, WorkAbandonedError, type Work } from './work.js';

/** The caller of work outside requests. */
const CONTROLLER = 'controller';
/** The caller that checks whether the database answers. It must not wait behind the callers it checks for. */
export const PROBE = 'probe';
/** Extra connections for {@link PROBE}. */
const RESERVED = 1;
const MAX_WAITING = 5_000;
const MAX_WAIT_MS = 20_000;
/** Charts are requested often; refuse those that would wait too long. */
const MAX_LONG_READS_WAITING = 500;
const MAX_LONG_READ_WAIT_MS = 10_000;

/** The pool of a data source. */
export function poolOf({ driver }: { driver: object }): ControllerPool {
  return (driver as { master: ControllerPool }).master;
}

/** The options of `pg`'s pool and those of this one. */
export type ControllerPoolConfig = PoolConfig & {
  max: number;
  rotation?: RotatingPassword;
  /** Notified of errors that suggest the controller uses the wrong server. */
  finder?: PrimaryFinder;
};

type Done = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (release?: unknown) => void,
) => void;

/**
 * The connections shared by REST, registrations and batches. `pg`'s own pool applies the connect timeout to waiting
 * callers too; here they wait in fair queues, one per lane.
 */
export class ControllerPool extends pg.Pool {
  /** Number of connections, excluding the one for {@link PROBE}. */
  readonly size: number;
  private readonly shared: FairQueue;
  private readonly requests: FairQueue;
  private readonly longReads: FairQueue;
  private readonly finder: PrimaryFinder | undefined;
  /** Watches of all open connections. */
  private readonly watches = new Map<PoolClient, StatementWatch>();
  /** The queue places that each connection in use occupies. */
  private readonly places = new Map<PoolClient, FairQueue[]>();

  private readonly rotation: RotatingPassword | undefined;

  constructor(config: ControllerPoolConfig) {
    super({ ...config, max: config.max + RESERVED });
    this.size = config.max;
    this.rotation = config.rotation;
    const { shared, requests, longReads } = laneSizes(config.max);
    this.shared = new FairQueue({ places: shared, maxWaiting: MAX_WAITING, maxWaitMs: MAX_WAIT_MS });
    this.requests = new FairQueue({ places: requests, maxWaiting: MAX_WAITING, maxWaitMs: MAX_WAIT_MS });
    this.longReads = new FairQueue({
      places: longReads,
      maxWaiting: MAX_LONG_READS_WAITING,
      maxWaitMs: MAX_LONG_READ_WAIT_MS,
    });
    this.finder = config.finder;
    this.on('connect', (client) => this.watches.set(client, this.watch(client)));
    this.on('release', (_error, client) => this.handedBack(client));
    this.on('remove', (client) => this.watches.delete(client));
  }

  /** Number of callers waiting for a connection. */
  get waiting(): number {
    return this.shared.size + this.requests.size + this.longReads.size;
  }

  /** Number of connections in use, excluding the probe's. */
  get busy(): number {
    return this.shared.occupied + this.longReads.occupied;
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
    this.enter(currentLane(), work).then(
      (places) =>
        this.open((error, client, release) => this.handOut(work, places, done, error, client, release)),
      (error: Error) => done(error, undefined, () => undefined),
    );
  }

  /**
   * Opens a connection of `pg`'s pool that is still alive. Retries once if the password was refused and has been
   * replaced.
   */
  private open(done: Done): void {
    const version = this.rotation?.version ?? 0;
    super.connect((error, client, release) => {
      if (error && this.rotation?.isRenewedAfter(error, version)) {
        super.connect(done);
        return;
      }
      if (client && isCut(client)) {
        release(true);
        this.open(done);
        return;
      }
      if (error) this.finder?.suspect();
      done(error, client, release);
    });
  }

  /**
   * Replaces all connections, because the server they lead to has become read-only. Those in use are closed when
   * released.
   */
  renew(): void {
    for (const [client, watch] of this.watches) watch.retire(this.places.has(client));
    this.finder?.suspect();
  }

  private watch(client: PoolClient): StatementWatch {
    return new StatementWatch(client, (sqlState) => {
      // If one connection is dead, the others may be too; otherwise each would cost one request.
      if (sqlState === '25006' || sqlState === SILENCE) this.renew();
      else this.finder?.suspect();
    });
  }

  /** Waits for a place in each queue of the lane. */
  private async enter(lane: Lane, work: Work | undefined): Promise<FairQueue[]> {
    const entered: FairQueue[] = [];
    try {
      for (const queue of this.queuesOf(lane)) {
        await queue.enter(work?.caller ?? CONTROLLER, work);
        entered.push(queue);
      }
      return entered;
    } catch (error) {
      leave(entered);
      throw error;
    }
  }

  private queuesOf(lane: Lane): FairQueue[] {
    if (lane === 'long reads') return [this.longReads];
    return lane === 'requests' ? [this.requests, this.shared] : [this.shared];
  }

  private handOut(
    work: Work | undefined,
    places: FairQueue[],
    done: Done,
    ...[error, client, release]: Parameters<Done>
  ): void {
    if (!client) {
      leave(places);
      done(error, undefined, release);
      return;
    }
    this.places.set(client, places);
    if (work?.isAbandoned) {
      release();
      done(new WorkAbandonedError(), undefined, () => undefined);
      return;
    }
    this.watches.get(client)?.handedOut(work);
    done(undefined, client, release);
  }

  private handedBack(client: PoolClient): void {
    const places = this.places.get(client);
    if (!places) return;
    this.places.delete(client);
    this.watches.get(client)?.released();
    leave(places);
  }
}

function leave(queues: FairQueue[]): void {
  for (const queue of queues) queue.leave();
}
