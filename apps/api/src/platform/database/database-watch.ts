import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { LOGGER, type Logger } from '../logging/logger.js';
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
export class DatabaseWatch implements OnApplicationBootstrap {
  constructor(
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly probe: DatabaseProbe,
    private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): void {
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

  /** Never rejects. */
  @Interval(EVERY_MS)
  async look(): Promise<void> {
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
