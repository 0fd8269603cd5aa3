import { Injectable } from '@nestjs/common';
import type { ConfigAckMessage, MonitoringMessage, Overview, RecommendationMessage } from '@moolai/contracts';
import { LiveStateService, type LiveEntry } from '../live-state/index.js';
import { MessagesRepository } from './messages.repository.js';

/** Stores what orchestrators send. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly repository: MessagesRepository,
    private readonly liveState: LiveStateService,
  ) {}

  /** Stores a recommendation; resolves with its id after the commit. */
  async recommend(entry: LiveEntry, message: RecommendationMessage): Promise<number> {
    return this.store(entry, 'recommendation', message.client_message_id, message.recommendation);
  }

  /** Stores monitoring figures; resolves with their id after the commit. */
  async report(entry: LiveEntry, message: MonitoringMessage): Promise<number> {
    const { timestamp, metrics, usage } = message;
    const content = {
      metrics,
      ...(usage ? { usage: usage.map((u) => ({ ...u })) } : {}),
      ...(timestamp ? { timestamp } : {}),
    };
    const id = await this.store(entry, 'monitoring', message.client_message_id, content);
    if (message.health_status) this.liveState.reportHealth(entry, message.health_status);
    return id;
  }

  /** Keeps what became of a configuration. */
  async configAcknowledged(entry: LiveEntry, message: ConfigAckMessage): Promise<void> {
    if (message.status === 'applied') {
      await this.repository.reportConfigVersion(entry.orchestratorId, message.config_version);
    }
    this.liveState.markActivity(entry);
  }

  count(): Promise<Overview['messages']> {
    return this.repository.count();
  }

  private async store(
    entry: LiveEntry,
    messageType: string,
    clientMessageId: string | undefined,
    content: RecommendationMessage['recommendation'],
  ): Promise<number> {
    const { orchestratorId } = entry;
    const id = await this.repository.receive({ orchestratorId, messageType, content, clientMessageId });
    this.liveState.markActivity(entry);
    return id;
  }
}
