import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CLOSE_CODES, isId } from '@moolai/contracts';
import { ChangeListener } from '../../platform/database/change-listener.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import { DATABASE_CONNECTION } from '../../platform/database/database.module.js';
import { Listening } from '../../platform/database/listening.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LiveFleet, type LiveEntry } from '../live-state/index.js';
import { CredentialsRepository, type Standing } from './credentials.repository.js';

const CHANNEL = 'moolai_credentials';
/** Prefix of announcements that concern a whole organization. */
const ORGANIZATION = 'organization:';

/**
 * Closes connections that are no longer allowed (credential revoked, quarantined, deleted, organization deactivated),
 * whether the change was made here, by another instance or by plain SQL. The database announces it; after the listening
 * connection was lost, all connections are checked again.
 */
@Injectable()
export class CredentialWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listener: ChangeListener;
  private changes = 0;

  constructor(
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    listening: Listening,
    private readonly liveFleet: LiveFleet,
    private readonly repository: CredentialsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.listener = new ChangeListener(
      connection,
      CHANNEL,
      { onChange: (payload) => this.onChange(payload), onListening: () => this.checkEveryone() },
      logger,
      { listening },
    );
  }

  /** Increases with each announcement: a registration that started earlier may have been judged by outdated facts. */
  get epoch(): number {
    return this.changes;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.listener.stop();
  }

  /** Checks connected orchestrators, and closes connections that are no longer allowed. Never rejects. */
  async check(orchestratorIds: string[]): Promise<void> {
    await this.checkConnected(orchestratorIds.flatMap((id) => this.liveFleet.get(id) ?? []));
  }

  /**
   * The credential of an orchestrator changed: checks its connection and its registrations in progress. Never rejects.
   */
  async changed(orchestratorId: string): Promise<void> {
    this.changes += 1;
    await this.check([orchestratorId]);
  }

  private onChange(payload: string): void {
    // Any database client can notify.
    if (payload.startsWith(ORGANIZATION)) void this.deactivated(payload.slice(ORGANIZATION.length));
    else if (isId(payload)) void this.changed(payload);
  }

  /** An organization was deactivated: checks all its connections. Never rejects. */
  private async deactivated(organizationId: string): Promise<void> {
    this.changes += 1;
    await this.checkConnected(
      [...this.liveFleet.all()].filter((one) => one.organizationId === organizationId),
    );
  }

  private async checkConnected(entries: LiveEntry[]): Promise<void> {
    const connected = entries.filter(({ isConnected }) => isConnected);
    if (connected.length === 0) return;
    try {
      await this.endWhomItMust(connected);
    } catch (error) {
      this.logger.warn(`connections could not be checked: ${(error as Error).message}`);
      // Those that reconnect are judged again.
      for (const { link } of connected) link.close(CLOSE_CODES.tryAgainLater, 'register again');
    }
  }

  private async checkEveryone(): Promise<void> {
    this.changes += 1;
    const entries = [...this.liveFleet.all()];
    if (entries.length > 0) await this.endWhomItMust(entries);
  }

  /** Ends exactly these connections: later ones of the same ids were judged when they registered. */
  private async endWhomItMust(entries: LiveEntry[]): Promise<void> {
    const standings = await this.repository.standings(entries.map(({ orchestratorId }) => orchestratorId));
    for (const entry of entries) {
      if (entry.isConnected) endIfItMust(entry, standings.get(entry.orchestratorId));
    }
  }
}

function endIfItMust(entry: LiveEntry, standing: Standing | undefined): void {
  if (standing?.rowId !== entry.rowId) {
    entry.link.close(CLOSE_CODES.registrationRefused, 'orchestrator was deleted');
    return;
  }
  const { isOrganizationActive, quarantinedAt, revokedAt, issuedAt } = standing;
  if (!isOrganizationActive) {
    entry.link.close(CLOSE_CODES.registrationRefused, 'the organization was deactivated');
  } else if (quarantinedAt) {
    entry.link.close(CLOSE_CODES.registrationRefused, 'quarantined');
  } else if (revokedAt || (entry.isAuthenticated && !issuedAt)) {
    entry.link.close(CLOSE_CODES.badCredentials, 'credential revoked');
  }
}
