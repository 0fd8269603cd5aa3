import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LOGGER, type Logger } from '../logging/logger.js';
import { Recurring } from '../process/recurring.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from './connection.js';
import type { ControllerPool } from './controller-pool.js';
import { DatabaseProbe } from './database-probe.js';

const EVERY_MS = 2_000;
const PATIENCE_MS = 1_500;

/**
 * Detects a silent or read-only database even if no request asks for health. Otherwise batches would wait for a
 * vanished server until their statements time out.
 */
@Injectable()
export class DatabaseWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;

  constructor(
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly probe: DatabaseProbe,
    private readonly dataSource: DataSource,
  ) {
    const failure = 'the database could not be watched';
    this.turns = new Recurring({ everyMs: EVERY_MS, work: () => this.check(), logger, failure });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
    const { finder } = this.connection;
    let known = finder && `${finder.host}:${finder.port}`;
    finder?.onFound(() => {
      const { host, port } = finder;
      if (`${host}:${port}` === known) return;
      known = `${host}:${port}`;
      this.logger.warn({ host, port }, 'the database writes on another server now');
    });
    finder?.onLeftBehind(({ host, port }) =>
      this.logger.error(
        { host, port },
        'the only server that writes was left behind by a promotion and is not used: start the newer one again, ' +
          'or restart the controller to go on without what that one has stored',
      ),
    );
  }

  beforeApplicationShutdown(): void {
    // Not awaited: a silent database would delay the shutdown.
    void this.turns.stop();
  }

  private async check(): Promise<void> {
    const { finder } = this.connection;
    if (!finder || (!this.probe.onlyReads && this.probe.hasAnsweredWithin(EVERY_MS))) return;
    const isSilent = (await this.probe.latencyMs(PATIENCE_MS)) === null;
    if (!isSilent && !this.probe.onlyReads) return;
    // A server that answers on a new connection has lost the others: a firewall dropped them.
    if (this.probe.onlyReads || (await finder.find())) this.pool.renew();
    else finder.suspect();
  }

  private get pool(): ControllerPool {
    return (this.dataSource.driver as unknown as { master: ControllerPool }).master;
  }
}
