import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isJsonObject } from '@moolai/contracts';
import { InstanceBus, textsOf } from '../instances/index.js';
import { DeliveryService } from './delivery.service.js';
import { MessageExpiry } from './expiry.js';

const TOPIC = 'messages';
/** Ids per word; PostgreSQL carries at most 8,000 bytes. */
const MAX_IDS = 100;

/** What happened to messages of an orchestrator. */
type Kind = 'stored' | 'handed_over' | 'settled';

/**
 * Tells the instance with the connection of an orchestrator that its messages have changed. Hints of one turn of the
 * event loop share a word. A lost hint delays a message until the next search for missed work.
 */
@Injectable()
export class MessageHints implements OnModuleInit {
  private waiting: { kind: Kind; orchestratorId: string; messageId: number }[] = [];

  constructor(
    private readonly delivery: DeliveryService,
    private readonly expiry: MessageExpiry,
    private readonly bus: InstanceBus,
  ) {}

  onModuleInit(): void {
    this.bus.on(TOPIC, (data) => this.onHints(data));
    this.bus.onMissed(() => this.delivery.lookForMissed());
    this.delivery.listen((ids) => {
      for (const orchestratorId of ids) this.tell({ kind: 'stored', orchestratorId, messageId: 0 });
    });
    this.expiry.listen(({ id, orchestratorId }) => this.settled(orchestratorId, id));
  }

  /** A message was stored for this orchestrator. */
  stored(orchestratorId: string, messageId: number, expiresAt: Date | null): void {
    this.delivery.stored(orchestratorId, expiresAt);
    this.tell({ kind: 'stored', orchestratorId, messageId });
  }

  /** A message was marked as sent by hand: it awaits an acknowledgement, so it is to be sent too. */
  handedOver(orchestratorId: string, messageId: number): void {
    this.delivery.handedOver(orchestratorId);
    this.tell({ kind: 'handed_over', orchestratorId, messageId });
  }

  /** A message was settled without delivery: cancelled, expired, or changed by hand. */
  settled(orchestratorId: string, messageId: number): void {
    this.delivery.settled(orchestratorId, messageId);
    this.tell({ kind: 'settled', orchestratorId, messageId });
  }

  private tell(hint: MessageHints['waiting'][number]): void {
    if (!this.bus.hasOthers || this.delivery.isServing(hint.orchestratorId)) return;
    this.waiting.push(hint);
    if (this.waiting.length === 1) setImmediate(() => this.send());
  }

  private send(): void {
    const hints = this.waiting;
    this.waiting = [];
    for (let from = 0; from < hints.length; from += MAX_IDS) {
      const some = hints.slice(from, from + MAX_IDS);
      const idsOf = (wanted: Kind): string[] =>
        some.flatMap(({ kind, orchestratorId }) => (kind === wanted ? orchestratorId : []));
      const settled = some.filter(({ kind }) => kind === 'settled');
      this.bus.tell(TOPIC, {
        stored: [...new Set(idsOf('stored'))],
        handed_over: idsOf('handed_over'),
        settled: idsOf('settled'),
        message_ids: settled.map(({ messageId }) => messageId),
      });
    }
  }

  private onHints(data: unknown): void {
    if (!isJsonObject(data)) return;
    for (const id of textsOf(data['stored'])) this.delivery.stored(id, null);
    for (const id of textsOf(data['handed_over'])) this.delivery.handedOver(id);
    const messageIds: unknown = data['message_ids'];
    if (!Array.isArray(messageIds)) return;
    for (const [index, id] of textsOf(data['settled']).entries())
      this.delivery.settled(id, Number(messageIds[index]));
  }
}
