import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isJsonObject } from '@moolai/contracts';
import { InstanceBus, textsOf } from '../instances/index.js';
import { LiveFleet } from '../live-state/index.js';
import { ConfigurationService } from './configuration.service.js';

const TOPIC = 'configuration';
/** Ids per word; PostgreSQL carries at most 8,000 bytes. */
const MAX_IDS = 100;
/** The answer of a change waits this long for the other instances; they push later all the same. */
const PATIENCE_MS = 3_000;

/** Has changed configurations pushed by the instances with the connections. */
@Injectable()
export class ConfigHints implements OnModuleInit {
  constructor(
    private readonly configuration: ConfigurationService,
    private readonly liveFleet: LiveFleet,
    private readonly bus: InstanceBus,
  ) {}

  onModuleInit(): void {
    this.bus.on(TOPIC, (data) => this.onChanged(data));
    this.bus.onMissed(() => this.pushMissed());
    this.configuration.onPush((ids, actorName) => this.pushElsewhere(ids, actorName));
  }

  private async pushElsewhere(orchestratorIds: string[], actorName: string): Promise<number> {
    if (!this.bus.hasOthers) return 0;
    const there = orchestratorIds.filter((id) => !this.liveFleet.get(id)?.isConnected);
    const words: string[][] = [];
    for (let from = 0; from < there.length; from += MAX_IDS) words.push(there.slice(from, from + MAX_IDS));
    const answers = await Promise.all(
      words.map((ids) => this.bus.ask(TOPIC, { ids, actor: actorName }, PATIENCE_MS)),
    );
    const counts = answers.flatMap((byInstance) => [...byInstance.values()]);
    return counts.reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
  }

  private onChanged(data: unknown): Promise<number> | number {
    if (!isJsonObject(data)) return 0;
    const actorName = typeof data['actor'] === 'string' ? data['actor'] : 'system';
    const here = textsOf(data['ids']).filter((id) => this.liveFleet.get(id)?.isConnected);
    return this.configuration.pushHere(here, actorName);
  }

  /** Compares all connections with the database, some at a time. */
  private pushMissed(): void {
    const connected = [...this.liveFleet.all()].filter(({ isConnected }) => isConnected);
    for (const { orchestratorId } of connected) {
      void this.configuration.reconcile(orchestratorId).catch(() => undefined);
    }
  }
}
