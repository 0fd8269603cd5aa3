import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { MessageAckMessage } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { Recurring } from '../../platform/process/recurring.js';
import { FleetEvents } from '../events/index.js';
import type { LiveEntry } from '../live-state/index.js';
import { AcknowledgedIds } from './acknowledged-ids.js';
import { Acknowledgements } from './acknowledgements.js';
import { DeliveryRepository, type OutgoingMessage, type ReadMessages } from './delivery.repository.js';
import { MessageExpiry } from './expiry.js';
import { messageStatusChanged } from './message-events.js';
import { frameOf } from './message-frame.js';
import { Outbox, WINDOW } from './outbox.js';

/** Interval of one timer for all outboxes: deadlines, and postponed orchestrators. */
const TURN_MS = 250;
/** Maximum number of messages per statement; their bytes have a limit of their own. */
const MAX_RESERVED = 256;
/** Number of outboxes to process at a time. */
const MAX_OUTBOXES = 500;
/** Interval of the search for missed work (plain SQL, a failed statement). */
const SWEEP_MS = 15_000;

/**
 * Delivers messages at least once, in order per orchestrator, with a limited number in flight and without orchestrators
 * delaying each other. The database is the queue; memory only holds what is in flight.
 */
@Injectable()
export class DeliveryService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly outboxes = new Map<string, Outbox>();
  private readonly ready = new Set<Outbox>();
  /** The few outboxes with messages in flight, which the timer looks at. */
  private readonly busy = new Set<Outbox>();
  private readonly firstTimeoutMs: number;
  private readonly turns: Recurring;
  private pumping: Promise<void> | undefined;
  private nextSweepMs = 0;
  private isStopping = false;
  private onReleased: (orchestratorIds: string[]) => void = () => undefined;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly acknowledgements: Acknowledgements,
    private readonly acknowledgedIds: AcknowledgedIds,
    private readonly expiry: MessageExpiry,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.firstTimeoutMs = settings.messageAckTimeoutSec * 1_000;
    this.turns = new Recurring({
      everyMs: TURN_MS,
      work: () => this.turn(),
      logger,
      failure: 'deliveries could not be processed',
    });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.turns.stop();
    if (this.pumping) await this.lastWrites.settle(this.pumping);
  }

  /** An orchestrator registered: sends its waiting messages. */
  connected(entry: LiveEntry): void {
    const outbox = new Outbox(entry, this.firstTimeoutMs);
    this.outboxes.set(entry.orchestratorId, outbox);
    this.wake(outbox);
  }

  /** A connection ended; unacknowledged messages wait in the database for the next one. */
  disconnected(entry: LiveEntry): void {
    const outbox = this.outboxes.get(entry.orchestratorId);
    if (outbox?.entry !== entry) return;
    this.outboxes.delete(entry.orchestratorId);
    this.ready.delete(outbox);
    this.busy.delete(outbox);
  }

  /** Calls `listener` with orchestrators whose reserved messages were released, because another instance has them now. */
  listen(listener: (orchestratorIds: string[]) => void): void {
    this.onReleased = listener;
  }

  /** True if this instance has the orchestrator's connection. */
  isServing(orchestratorId: string): boolean {
    return this.outboxes.has(orchestratorId);
  }

  /** Hints may have been lost: looks for work in the next turn. */
  lookForMissed(): void {
    this.nextSweepMs = 0;
  }

  /** A message was stored for this orchestrator. */
  stored(orchestratorId: string, expiresAt: Date | null): void {
    if (expiresAt) this.expiry.expect(expiresAt.getTime() - this.clock.nowMs());
    const outbox = this.outboxes.get(orchestratorId);
    if (!outbox) return;
    outbox.mayHaveMore = true;
    this.wake(outbox);
  }

  /** A message was marked as sent by hand: it awaits an acknowledgement, so send it from here too. */
  handedOver(orchestratorId: string): void {
    const outbox = this.outboxes.get(orchestratorId);
    if (!outbox) return;
    outbox.mustResume = true;
    this.wake(outbox);
  }

  /** A message was settled without delivery: cancelled, expired, or changed by hand. */
  settled(orchestratorId: string, messageId: number): void {
    const outbox = this.outboxes.get(orchestratorId);
    if (outbox) this.settle(outbox, messageId);
  }

  /**
   * Processes an acknowledgement.
   * @returns `unknown` if this orchestrator was never sent such a message
   * @throws QueueFull if too many wait for the database; the acknowledgement is then dropped
   */
  async acknowledge(
    entry: LiveEntry,
    message: MessageAckMessage,
  ): Promise<'accepted' | 'repeated' | 'unknown'> {
    const { message_id: id, status, detail, traceparent = null } = message;
    const outbox = this.outboxes.get(entry.orchestratorId);
    if (outbox?.isUnderWay(id)) {
      const reason = status === 'failed' ? (detail ?? 'The orchestrator could not handle it.') : null;
      const { orchestratorId } = entry;
      this.acknowledgements.add({ id, orchestratorId, status, detail: reason, traceparent });
      this.settle(outbox, id);
      return 'accepted';
    }
    if (outbox?.wasSettled(id)) return 'repeated';
    const isKnown = await this.acknowledgedIds.exists({ id, orchestratorId: entry.orchestratorId });
    return isKnown ? 'repeated' : 'unknown';
  }

  private wake(outbox: Outbox): void {
    this.ready.add(outbox);
    this.busy.add(outbox);
    this.pumping ??= this.pump().finally(() => (this.pumping = undefined));
  }

  private turn(): void {
    const nowMs = this.clock.monotonicMs();
    for (const outbox of this.busy) {
      if (outbox.isIdle) this.busy.delete(outbox);
      else if (outbox.isBlocked) continue;
      else if (outbox.checkDeadline(nowMs) || outbox.mustResume || outbox.room > 0) this.wake(outbox);
    }
    if (nowMs < this.nextSweepMs) return;
    this.nextSweepMs = nowMs + SWEEP_MS;
    void this.guarded(() => this.sweep());
  }

  private async sweep(): Promise<void> {
    const ids = await this.repository.orchestratorsWithWork();
    for (const id of ids) this.stored(id, null);
    const idle = ids.filter((id) => this.outboxes.get(id)?.isInFlight === false);
    // Another instance reserved them, and lost the orchestrator before it could send them.
    for (const id of await this.repository.stranded(idle, SWEEP_MS)) this.handedOver(id);
  }

  /** Processes ready outboxes, some at a time, until none is left. Never rejects: the next turn retries. */
  private async pump(): Promise<void> {
    // Messages and acknowledgements of the same event loop turn belong in one batch.
    await new Promise(setImmediate);
    while (this.ready.size > 0 && !this.isStopping) {
      const outboxes = [...this.ready].slice(0, MAX_OUTBOXES);
      for (const outbox of outboxes) this.ready.delete(outbox);
      const isDone = await this.guarded(async () => {
        await this.resume(outboxes.filter((outbox) => outbox.mustResume && !outbox.isBlocked));
        await this.retry(outboxes.filter((outbox) => outbox.mustRetry && !outbox.isBlocked));
        await this.sendNext(outboxes.filter((outbox) => outbox.room > 0));
      });
      if (!isDone) return;
    }
  }

  /** Sends a new connection the messages left unacknowledged on the last one, before any new ones. */
  private async resume(outboxes: Outbox[]): Promise<void> {
    if (outboxes.length === 0) return;
    const ids = outboxes.map(({ entry }) => entry.orchestratorId);
    // In flight here, or acknowledged although the database does not know it yet.
    const underWay = [...outboxes.flatMap((outbox) => outbox.underWay), ...this.acknowledgements.idsOf(ids)];
    // Reset before the query: a message marked as sent in the meantime sets it again.
    for (const outbox of outboxes) outbox.mustResume = false;
    let read: ReadMessages;
    try {
      read = await this.repository.resume(ids, this.settings.messageMaxAttempts, underWay);
    } catch (error) {
      for (const outbox of outboxes) outbox.mustResume = true;
      throw error;
    }
    const { messages, left } = read;
    const served = new Set(messages.map(({ orchestratorId }) => orchestratorId));
    for (const outbox of outboxes) {
      const { orchestratorId } = outbox.entry;
      // The rest of a partly read outbox became pending.
      if (left.has(orchestratorId) && !served.has(orchestratorId)) outbox.mustResume = true;
    }
    await this.write(messages, outboxes);
    this.goOnWith(left, outboxes);
  }

  private async retry(outboxes: Outbox[]): Promise<void> {
    const late = outboxes.flatMap(({ oldest }) => oldest ?? []);
    if (late.length === 0) return;
    const { messages, left } = await this.repository.retry(late, this.settings.messageMaxAttempts);
    await this.write(messages, outboxes);
    this.goOnWith(left, outboxes);
    const known = new Set(messages.map(({ id }) => id));
    for (const outbox of outboxes) {
      const { oldest } = outbox;
      if (left.has(outbox.entry.orchestratorId)) continue;
      outbox.mustRetry = false;
      // Settled elsewhere in the meantime.
      if (oldest !== undefined && late.includes(oldest) && !known.has(oldest)) this.settle(outbox, oldest);
    }
  }

  private async sendNext(outboxes: Outbox[]): Promise<void> {
    for (let rest = outboxes; rest.length > 0;) {
      const some = rest.slice(0, MAX_RESERVED / WINDOW);
      rest = rest.slice(some.length);
      const wanted = some.map(({ entry, room }) => ({ orchestratorId: entry.orchestratorId, room }));
      // Reset before the query: a message stored in the meantime sets it again.
      for (const outbox of some) outbox.mayHaveMore = false;
      let read: ReadMessages;
      try {
        read = await this.repository.reserve(wanted);
      } catch (error) {
        for (const outbox of [...some, ...rest]) this.requestRead(outbox);
        throw error;
      }
      const { messages, left } = read;
      await this.write(messages, some);
      // First those that got less than they have room for, so that the others do not starve them.
      this.goOnWith(left, some);
      const counts = new Map<string, number>();
      for (const { orchestratorId } of messages)
        counts.set(orchestratorId, (counts.get(orchestratorId) ?? 0) + 1);
      const full = wanted.filter(({ orchestratorId, room }) => counts.get(orchestratorId) === room);
      this.goOnWith(new Set(full.map(({ orchestratorId }) => orchestratorId)), some);
    }
  }

  /** Schedules these orchestrators for the next statements: there may be more messages for them. */
  private goOnWith(ids: Set<string>, outboxes: Outbox[]): void {
    for (const outbox of outboxes) {
      if (!ids.has(outbox.entry.orchestratorId)) continue;
      this.requestRead(outbox);
      const isPresent = this.outboxes.get(outbox.entry.orchestratorId) === outbox;
      if (isPresent && (outbox.mustResume || outbox.mustRetry || outbox.room > 0)) this.ready.add(outbox);
    }
  }

  /** Writes messages to the connections they were reserved for. Those that fail wait for the next connection. */
  private async write(messages: OutgoingMessage[], outboxes: Outbox[]): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    const byId = new Map(outboxes.map((outbox) => [outbox.entry.orchestratorId, outbox]));
    const finished: number[] = [];
    const unwritten: number[] = [];
    const moved: OutgoingMessage[] = [];
    for (const message of messages) {
      const outbox = byId.get(message.orchestratorId);
      const isPresent = outbox !== undefined && this.outboxes.get(message.orchestratorId) === outbox;
      if (isPresent && this.mustWait(outbox, message)) {
        unwritten.push(message.id);
        this.requestRead(outbox);
        continue;
      }
      if (message.status === 'failed' || message.attempts === 1) {
        this.events.publish(messageStatusChanged({ ...message, direction: 'to_orchestrator' }, 'system'));
      }
      if (!isPresent) {
        if (outbox && outbox.entry.movedTo !== null && message.status === 'sent') moved.push(message);
        continue;
      }
      if (message.status === 'failed') this.settle(outbox, message.id);
      else if (this.acknowledgements.has(message.id)) continue;
      else if (!outbox.entry.link.send(frameOf(message))) continue;
      else if (outbox.entry.acknowledgesMessages) this.sent(outbox, message.id, nowMs);
      // Without acknowledgements a written message has ended (contract section 2).
      else finished.push(message.id);
    }
    if (finished.length > 0) await this.repository.written(finished);
    if (unwritten.length > 0) await this.repository.release(unwritten);
    if (moved.length > 0) await this.release(moved);
  }

  /** Makes messages pending again for the instance that has their orchestrators now. */
  private async release(moved: OutgoingMessage[]): Promise<void> {
    await this.repository.release(moved.map(({ id }) => id));
    this.onReleased([...new Set(moved.map(({ orchestratorId }) => orchestratorId))]);
  }

  /** True if a message must not be written because earlier output is still unread. */
  private mustWait(outbox: Outbox, { id, status }: OutgoingMessage): boolean {
    return (
      outbox.isBlocked && status !== 'failed' && !outbox.isUnderWay(id) && !this.acknowledgements.has(id)
    );
  }

  private sent(outbox: Outbox, messageId: number, nowMs: number): void {
    outbox.sent(messageId, nowMs);
    this.busy.add(outbox);
  }

  private requestRead(outbox: Outbox): void {
    outbox.mayHaveMore = true;
    if (this.outboxes.get(outbox.entry.orchestratorId) === outbox) this.busy.add(outbox);
  }

  private settle(outbox: Outbox, messageId: number): boolean {
    const wasUnderWay = outbox.settle(messageId, this.clock.monotonicMs());
    if (wasUnderWay) this.wake(outbox);
    return wasUnderWay;
  }

  /** Runs `work`; returns whether it succeeded. Never rejects: the next turn retries. */
  private async guarded(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.logger.warn(`messages wait: ${(error as Error).message}`);
      return false;
    }
  }
}
