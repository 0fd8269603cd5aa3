import { Injectable } from '@nestjs/common';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { DeliveryRepository, type MessageKey } from './delivery.repository.js';

const MAX_BATCH = 500;
/** What one that waits takes: an id, and a promise. */
const LOOKUP_BYTES = 256;

/**
 * Looks up acknowledged ids of which nothing is under way: repetitions, and ids that never were. Many in one statement,
 * and only so many at a time, since orchestrators decide how many they send.
 */
@Injectable()
export class AcknowledgedIds {
  private readonly queue: BatchQueue<MessageKey, boolean>;

  constructor(repository: DeliveryRepository, { lookups }: ByteBudgets) {
    this.queue = new BatchQueue(MAX_BATCH, (keys) => repository.exist(keys), {
      bytesOf: () => LOOKUP_BYTES,
      maxBatchBytes: Infinity,
      budget: lookups,
      ownerOf: ({ orchestratorId }) => orchestratorId,
    });
  }

  /** True when there is such a message to this orchestrator, in whatever state. @throws QueueFull */
  exists(key: MessageKey): Promise<boolean> {
    return this.queue.add(`${key.id} ${key.orchestratorId}`, key);
  }
}
