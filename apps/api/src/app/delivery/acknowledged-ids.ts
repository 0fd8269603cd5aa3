import { Injectable } from '@nestjs/common';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { DeliveryRepository, type MessageKey } from './delivery.repository.js';

const MAX_BATCH = 500;
/** Size of a waiting lookup: an id and a promise. */
const LOOKUP_BYTES = 256;

/**
 * Looks up acknowledged ids that have no delivery in progress: repeated acknowledgements, and invalid ids. Many per
 * statement and with a limit, because orchestrators choose how many they send.
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

  /**
   * True if this message to this orchestrator exists, with any status.
   * @throws QueueFull
   */
  exists(key: MessageKey): Promise<boolean> {
    return this.queue.add(`${key.id} ${key.orchestratorId}`, key);
  }
}
