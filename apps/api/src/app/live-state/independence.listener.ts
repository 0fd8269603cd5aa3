import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ChangeListener } from '../../platform/database/change-listener.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import { DATABASE_CONNECTION } from '../../platform/database/database.module.js';
import { Listening } from '../../platform/database/listening.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { settleWithin } from '../../platform/process/settle-within.js';
import { isJsonObject } from '@moolai/contracts';
import { IndependenceFlags } from './independence-flags.js';
import { LiveStateRepository } from './live-state.repository.js';
import { LiveStateService } from './live-state.service.js';

const CHANNEL = 'moolai_independence';
/** Number of flags to read at a time. */
const PAGE = 1_000;

/** One announced switch; the triggers of the first migration create it. */
export interface AnnouncedSwitch {
  orchestratorId: string;
  isIndependent: boolean;
  version: number;
  lastSeenMs: number | null;
  updatedAt: string;
  updatedBy: string;
}

/** A receiver of switches, wherever they were made. */
export interface IndependenceObserver {
  onSwitch(change: AnnouncedSwitch): void;
  /** The orchestrator was deleted: a later one with its id is a different one. */
  onDeleted(orchestratorId: string): void;
  /** Switches may have been missed while the connection was down: read them all again. */
  onMissed(): Promise<void>;
}

interface Announcement {
  reload?: boolean;
  deleted?: boolean;
  /** A mark in the sequence of announcements, see {@link IndependenceListener.caughtUp}. */
  mark?: string;
  orchestrator_id: string;
  is_independent: boolean;
  version: number;
  last_seen: string | null;
  updated_at: string;
  updated_by: string;
}

/** Returns undefined for a payload of another form: any database client can send NOTIFY on the channel. */
function parseAnnouncement(payload: string): Announcement | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    if (!isJsonObject(value)) return undefined;
    const isSwitch =
      typeof value['version'] === 'number' &&
      typeof value['is_independent'] === 'boolean' &&
      typeof value['updated_at'] === 'string' &&
      !Number.isNaN(Date.parse(value['updated_at']));
    const isMark = typeof value['mark'] === 'string';
    const isKnown = value['reload'] === true || value['deleted'] === true || isMark || isSwitch;
    return isKnown ? (value as unknown as Announcement) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Applies switches made elsewhere (plain SQL, another instance) to memory, so that they affect the very next heartbeat.
 * After a lost connection all flags in memory are read again.
 */
@Injectable()
export class IndependenceListener implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listener: ChangeListener;
  private readonly observers: IndependenceObserver[] = [];
  /** Called when this process has heard its mark, or has read everything again. */
  private readonly marks = new Map<string, () => void>();

  constructor(
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    listening: Listening,
    private readonly flags: IndependenceFlags,
    private readonly liveState: LiveStateService,
    private readonly repository: LiveStateRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.listener = new ChangeListener(
      connection,
      CHANNEL,
      { onChange: (payload) => this.onChange(payload), onListening: () => this.readAgain() },
      logger,
      { listening },
    );
  }

  /** Calls `observer` for each switch that the database announces, including this process's own. */
  observe(observer: IndependenceObserver): void {
    this.observers.push(observer);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.listener.stop();
  }

  /** Applies a newer flag to memory, from an announcement, a statement's result or a re-read. */
  apply(orchestratorId: string, isIndependent: boolean, version: number, lastSeenMs: number | null): void {
    if (isIndependent) this.liveState.noLongerExpect(orchestratorId);
    if (this.flags.apply(orchestratorId, isIndependent, version)) {
      this.liveState.independenceSwitched(orchestratorId, isIndependent, lastSeenMs);
    }
  }

  /**
   * True once this process has applied every switch that is committed now: the database announces a mark after them. False
   * if that takes longer than `withinMs`.
   */
  async caughtUp(withinMs: number): Promise<boolean> {
    const mark = randomUUID();
    const reached = new Promise<void>((resolve) => this.marks.set(mark, resolve));
    const isReached = await settleWithin(
      this.repository.announce(CHANNEL, JSON.stringify({ mark })).then(() => reached),
      withinMs,
    );
    this.marks.delete(mark);
    return isReached;
  }

  private onChange(payload: string): void {
    const change = parseAnnouncement(payload);
    if (!change) {
      this.logger.warn({ channel: CHANNEL }, 'ignored an announcement that is not one of the triggers');
    } else if (change.reload) {
      this.readAgain().catch((error: Error) => this.logger.warn(`cannot read the flags: ${error.message}`));
    } else if (change.mark !== undefined) {
      this.marks.get(change.mark)?.();
    } else if (change.deleted) {
      this.liveState.deleted(change.orchestrator_id);
      for (const observer of this.observers) observer.onDeleted(change.orchestrator_id);
    } else {
      const lastSeenMs = change.last_seen === null ? null : Date.parse(change.last_seen);
      this.apply(change.orchestrator_id, change.is_independent, change.version, lastSeenMs);
      const announced: AnnouncedSwitch = {
        orchestratorId: change.orchestrator_id,
        isIndependent: change.is_independent,
        version: change.version,
        lastSeenMs,
        updatedAt: new Date(change.updated_at).toISOString(),
        updatedBy: change.updated_by,
      };
      for (const observer of this.observers) observer.onSwitch(announced);
    }
  }

  private async readAgain(): Promise<void> {
    const ids = this.flags.retainedIds();
    for (let from = 0; from < ids.length; from += PAGE) {
      const rows = await this.repository.readFlags(ids.slice(from, from + PAGE));
      for (const row of rows) this.apply(row.orchestratorId, row.isIndependent, row.version, row.lastSeenMs);
    }
    for (const observer of this.observers) await observer.onMissed();
    for (const reached of this.marks.values()) reached();
  }
}
