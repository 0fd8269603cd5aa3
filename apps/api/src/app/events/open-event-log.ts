import type { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import type { Settings } from '../../platform/config/settings.js';
import { EventBuffer } from './event-buffer.js';
import type { EventLog } from './event-log.js';
import { MemoryEventLog } from './memory-event-log.js';

/** The log of the only controller in its memory. */
export function openEventLog(settings: Settings, { activity }: Pick<ByteBudgets, 'activity'>): EventLog {
  return new MemoryEventLog(new EventBuffer(settings.activityBufferSize, activity));
}
