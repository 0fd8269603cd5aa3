import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AccessWatch, type AccessChange } from '../../platform/access/access-watch.js';
import { ChangeListener } from '../../platform/database/change-listener.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import { DATABASE_CONNECTION } from '../../platform/database/database.module.js';
import { Listening } from '../../platform/database/listening.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';

const CHANNEL = 'moolai_access';

/** Returns undefined for a payload of another form: any database client can send NOTIFY on the channel. */
function parse(payload: string): AccessChange | undefined {
  const [, kind, id] = /^(user|session|api_token):([0-9a-f-]{36})$/.exec(payload) ?? [];
  return id === undefined ? undefined : { kind: kind as 'user' | 'session' | 'api_token', id };
}

/** Receives changes of rights from the database, also those by other instances and plain SQL. */
@Injectable()
export class AccessListener implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listener: ChangeListener;

  constructor(
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    listening: Listening,
    watch: AccessWatch,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.listener = new ChangeListener(
      connection,
      CHANNEL,
      {
        onChange: (payload) => {
          const change = parse(payload);
          if (change) watch.announce(change);
        },
        // Announcements may have been missed: everything must be read again.
        onListening: () => Promise.resolve(watch.announce({ kind: 'all' })),
      },
      logger,
      { listening },
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.listener.stop();
  }
}
