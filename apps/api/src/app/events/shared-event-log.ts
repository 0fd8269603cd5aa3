import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { FleetEvent } from '@moolai/contracts';
import type { Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import type { RedisClient } from '../../platform/redis/redis-client.js';
import type { Kept, RedisConnection } from '../../platform/redis/redis-connection.js';
import type { EventChannel, Entry } from './event-channel.js';
import { EventLog, type Resumption } from './event-log.js';
import { OwnEvents, type OwnEvent } from './own-events.js';
import type { SharedEventBuffer } from './shared-event-buffer.js';
import type { SharedEventIds } from './shared-event-ids.js';
import { isBefore, isNext } from './stream-id.js';

/** Events that are added at once. */
const BATCH = 500;
/**
 * A pause after each command that carried events, so that many are carried together: 1,000 events a second then take a
 * third less of a processor. The first event after a quiet time does not wait.
 */
const PAUSE_MS = 10;
/** Events wait this long for a Redis that has not answered since the start. */
const GRACE_MS = 2_000;
/** Readers that may miss events of other controllers load everything again this often. */
const RESYNC_MS = 5_000;
/** Without anything read for this long, the stream counts as away. */
const SILENCE_MS = 5_000;
const CHECK_MS = 1_000;
/** A Redis that answers but does not store is tried again after this time. */
const REFUSED_MS = 2_000;

/** The controllers that share the log. */
export interface Fleet {
  /** The other ones that live: they may have events that are not heard of. */
  readonly others: readonly unknown[];
}

/** What a log needs to know besides the stream. */
interface Surroundings {
  fleet: Fleet;
  logger: Logger;
}

/**
 * The log that all controllers of a fleet share: every event goes into one stream in Redis, and each controller takes
 * all events from there, its own too, so that order and ids are the same everywhere. While Redis is away, own events
 * are delivered at once, and readers are told to load everything again.
 */
export class SharedEventLog extends EventLog {
  private readonly own = new OwnEvents();
  private outgoing: OwnEvent[] = [];
  private adding: Promise<void> | undefined;
  /** `joining` since the start, for a moment; then `joined` while events go through the stream, otherwise `away`. */
  private state: 'joining' | 'joined' | 'away' = 'joining';
  private readonly kept: Kept;
  private readonly startedAt = performance.now();
  private readAt = performance.now();
  private resyncAt = -Infinity;
  /** Number of the last call of {@link follow}: an earlier one must not go on beside it. */
  private follower = 0;

  constructor(
    redis: RedisConnection,
    private readonly channel: EventChannel,
    private readonly events: SharedEventBuffer,
    private readonly ids: SharedEventIds,
    private readonly surroundings: Surroundings,
  ) {
    super();
    this.kept = redis.keep('events', (client) => this.follow(client));
    if (!redis.isUp) this.leave();
    redis.onDown(() => this.leave());
    const failure = 'the stream of events could not be watched';
    new Recurring({
      everyMs: CHECK_MS,
      work: () => this.check(),
      logger: surroundings.logger,
      failure,
    }).start();
  }

  add(event: FleetEvent): void {
    const own = this.own.wrap(event);
    if (this.state !== 'away' && !this.own.await(own)) this.leave();
    if (this.state === 'away') {
      this.tellAlone(own);
      return;
    }
    this.outgoing.push(own);
    this.addSoon();
  }

  currentId(): string {
    const { position } = this.events;
    return this.state === 'joined' && position ? this.ids.idOf(position) : this.ids.unknown();
  }

  since(lastEventId: string): Resumption {
    const position = this.state === 'joined' ? this.ids.positionOf(lastEventId) : undefined;
    const missed = position && this.events.since(position);
    return missed ? { isComplete: true, missed } : { isComplete: false };
  }

  newestFirst(): Iterable<FleetEvent> {
    return this.events.buffer.newestFirst();
  }

  dropBefore(at: string): void {
    this.events.buffer.dropBefore(at);
  }

  /** Reads the stream until the connection fails. */
  private async follow(client: RedisClient): Promise<void> {
    this.follower += 1;
    const { follower } = this;
    let newest = await this.channel.agree(client, this.events.position);
    while (!this.events.position || isBefore(this.events.position, newest)) {
      const entries = await this.channel.read(client, this.events.position);
      for (const entry of entries) this.take(entry);
      // The newest entry has vanished before it was read.
      if (entries.length === 0) newest = await this.channel.agree(client, this.events.position);
    }
    await this.joinWithTold(client, follower);
    for (;;) {
      const entries = await this.channel.read(client, this.events.position);
      this.readAt = performance.now();
      for (const entry of entries) this.take(entry);
      // Nothing came: the stream may have vanished, or a failover has lost its end.
      if (entries.length === 0) await this.channel.agree(client, this.events.position);
      else await delay(PAUSE_MS);
    }
  }

  private take({ id, payload, source, count }: Entry): void {
    const { position } = this.events;
    const hasGap = position !== undefined && !isNext(position, id);
    const isOwn = source === this.channel.source;
    const told = isOwn ? this.own.takeTold(count) : undefined;
    if (told) told.id = this.ids.idOf(id);
    // An event of this process that it does not wait for was delivered before.
    const event = isOwn ? this.own.takeUnread(count) : parse(payload);
    if (event) {
      event.id = this.ids.idOf(id);
      if (hasGap) this.events.breakOff();
      this.events.push(event, id);
    } else this.events.pass(id);
    if (this.state !== 'joined') return;
    if (hasGap) this.receiver.onGap();
    if (event) this.receiver.onEvent(event);
  }

  /** Adds the events that were delivered without the stream, for the other controllers, and goes on with it. */
  private async joinWithTold(client: RedisClient, follower: number): Promise<void> {
    if (this.own.hasLost) {
      this.own.hasLost = false;
      await this.channel.begin(client, this.events.position?.generation ?? 0);
      await this.channel.agree(client, this.events.position);
    }
    let next = 0;
    for (let batch = this.own.toldFrom(next); batch.length > 0; batch = this.own.toldFrom(next)) {
      const isAdded = await this.channel.add(batch, this.events.position);
      if (!isAdded) await delay(REFUSED_MS);
      if (!isAdded || follower !== this.follower) throw new Error('it does not store events');
      next = (batch.at(-1)?.count ?? 0) + 1;
    }
    this.join();
  }

  private join(): void {
    this.readAt = performance.now();
    if (this.state === 'joined') return;
    const wasAway = this.state === 'away';
    this.state = 'joined';
    this.events.resume();
    if (wasAway) this.receiver.onGap();
    this.addSoon();
  }

  /** Continues without the stream. What was added may be there or not; it is added again if it is not. */
  private leave(): void {
    if (this.state === 'away') return;
    this.state = 'away';
    this.resyncAt = performance.now();
    this.outgoing = [];
    for (const own of this.own.takeAllUnread()) this.tellAlone(own);
    // Only a new connection joins again.
    this.kept.restart();
  }

  private tellAlone(own: OwnEvent): void {
    own.event.id = this.ids.unknown();
    this.own.tell(own);
    this.events.pushAlone(own.event);
    this.receiver.onEvent(own.event);
  }

  /** Adds events of this turn together. */
  private addSoon(): void {
    if (this.state !== 'joined' || this.adding || this.outgoing.length === 0) return;
    this.adding = turn()
      .then(() => this.addAll())
      .then(() => delay(PAUSE_MS))
      .finally(() => {
        this.adding = undefined;
        this.addSoon();
      });
  }

  private async addAll(): Promise<void> {
    while (this.state === 'joined' && this.outgoing.length > 0) {
      const batch = this.outgoing.slice(0, BATCH);
      this.outgoing = this.outgoing.slice(BATCH);
      if (await this.channel.add(batch, this.events.position)) continue;
      this.leave();
    }
  }

  private check(): void {
    const nowMs = performance.now();
    if (this.state === 'joining' && nowMs - this.startedAt > GRACE_MS) this.leave();
    if (this.state === 'joined' && nowMs - this.readAt > SILENCE_MS) this.leave();
    if (this.state !== 'away' || nowMs - this.resyncAt < RESYNC_MS) return;
    this.resyncAt = nowMs;
    if (this.surroundings.fleet.others.length > 0) this.receiver.onGap();
  }
}

function parse(payload: string | undefined): FleetEvent | undefined {
  if (payload === undefined) return undefined;
  try {
    return { id: '', ...(JSON.parse(payload) as Omit<FleetEvent, 'id'>) } as FleetEvent;
  } catch {
    return undefined;
  }
}
