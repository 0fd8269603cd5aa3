import { setTimeout as delay } from 'node:timers/promises';
import { settleWithin } from '../process/settle-within.js';
import type { RedisClient } from './redis-client.js';
import type { Subscription } from './redis-connection.js';

/** A quiet connection may have been dropped by a firewall, which says so only to a question. */
const PING_EVERY_MS = 5_000;
const PING_MS = 2_000;

/**
 * Subscribes and stays until the connection is lost.
 * @throws Error when it is
 */
export async function follow(client: RedisClient, subscription: Subscription): Promise<void> {
  await client.subscribe(subscription.channels, (text, channel) => subscription.onMessage(text, channel));
  subscription.onSubscribed();
  for (;;) {
    await delay(PING_EVERY_MS, undefined, { ref: false });
    if (!(await settleWithin(client.ping(), PING_MS))) throw new Error('it does not answer');
  }
}
