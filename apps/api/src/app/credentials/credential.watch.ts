import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CLOSE_CODES, isId } from '@moolai/contracts';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import { ChangeListener } from '../../platform/database/change-listener.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import { DATABASE_CONNECTION } from '../../platform/database/database.module.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LiveStateService, type LiveEntry } from '../live-state/index.js';
import { CredentialsRepository, type CredentialRow } from './credentials.repository.js';

const CHANNEL = 'moolai_credentials';

/**
 * Ends the connections of those who may not be connected any more, wherever that was decided: here, by
 * another instance, or by plain SQL. The database announces it; after a lost listening connection
 * everyone who is connected is looked at again.
 */
@Injectable()
export class CredentialWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listener: ChangeListener;
  private changes = 0;

  constructor(
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    private readonly liveState: LiveStateService,
    private readonly repository: CredentialsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.listener = new ChangeListener(
      connection,
      CHANNEL,
      { onChange: (payload) => this.onChange(payload), onListening: () => this.checkEveryone() },
      logger,
    );
  }

  /** Grows with each announcement: a registration that began before one may have been judged by what it ended. */
  get epoch(): number {
    return this.changes;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.listener.stop();
  }

  /** Looks at those who are connected here, and ends whom it must. Never rejects. */
  async check(orchestratorIds: string[]): Promise<void> {
    const connected = orchestratorIds.filter((id) => this.liveState.get(id)?.isConnected);
    if (connected.length === 0) return;
    try {
      await this.endWhomItMust(connected);
    } catch (error) {
      this.logger.warn(`credentials could not be looked at: ${(error as Error).message}`);
      // Whoever comes again is judged anew.
      for (const id of connected)
        this.liveState.get(id)?.link.close(CLOSE_CODES.tryAgainLater, 'register again');
    }
  }

  /** What an orchestrator was let in by was changed: whoever is under way is looked at again. Never rejects. */
  async changed(orchestratorId: string): Promise<void> {
    this.changes += 1;
    await this.check([orchestratorId]);
  }

  private onChange(payload: string): void {
    // Whoever may connect to the database may notify.
    if (isId(payload)) void this.changed(payload);
  }

  private async checkEveryone(): Promise<void> {
    this.changes += 1;
    const ids = [...this.liveState.all()].map(({ orchestratorId }) => orchestratorId);
    if (ids.length > 0) await this.endWhomItMust(ids);
  }

  private async endWhomItMust(orchestratorIds: string[]): Promise<void> {
    for (const row of await this.repository.find(orchestratorIds, ALL_ORGANIZATIONS)) {
      const entry = this.liveState.get(row.orchestratorId);
      if (entry?.isConnected) endIfItMust(entry, row);
    }
  }
}

function endIfItMust(entry: LiveEntry, { quarantinedAt, revokedAt, issuedAt }: CredentialRow): void {
  if (quarantinedAt) {
    entry.link.close(CLOSE_CODES.registrationRefused, 'quarantined');
  } else if (revokedAt || (entry.isAuthenticated && !issuedAt)) {
    entry.link.close(CLOSE_CODES.badCredentials, 'credential revoked');
  }
}
