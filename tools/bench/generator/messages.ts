import { setTimeout as delay } from 'node:timers/promises';
import type { AdminMessage, Message } from '@moolai/contracts';
import type { Target } from '../lib/target.ts';
import { within, type Fleet } from './fleet.ts';
import { textFrame } from './frames.ts';
import { api, followEvents } from './http.ts';

const SLICE_MS = 2;

export interface MessageLoad {
  count: number;
  perSec: number;
  /** The controller that gets the requests, if it is not that of the connections. */
  askAt?: Target;
}

export interface MessageTimes {
  ms: number[];
  ratePerSec: number;
}

/** Acknowledges each message that comes. */
export function acknowledge(fleet: Fleet): void {
  fleet.listen(({ raw }, text) => {
    if (!text.startsWith('{"type":"message"')) return;
    const { message_id } = JSON.parse(text) as AdminMessage;
    raw.write(textFrame({ type: 'message_ack', message_id, status: 'delivered' }));
  });
}

/**
 * Posts messages at a rate to orchestrators that acknowledge them, and follows the stream of events: a
 * message is `delivered` there when that is committed. Gives the milliseconds from before its POST to that.
 */
export async function measureMessages(
  fleet: Fleet,
  { count, perSec, askAt }: MessageLoad,
): Promise<MessageTimes> {
  const { members } = fleet;
  const target = askAt ?? fleet.target;
  const deliveredMs = new Map<number, number>();
  const { promise: all, resolve: wake } = Promise.withResolvers<void>();
  const stop = await followEvents(target, (name, text) => {
    if (name !== 'message.status' || !text.includes('"delivered"')) return;
    const { data } = JSON.parse(text) as { data: { id: number } };
    deliveredMs.set(data.id, performance.now());
    if (deliveredMs.size >= count) wake();
  });
  acknowledge(fleet);
  const startedMs = new Map<number, number>();
  const posts: Promise<unknown>[] = [];
  const startMs = performance.now();
  while (posts.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) * perSec) / 1000));
    while (posts.length < due) {
      const id = members[posts.length % members.length]?.id;
      const body = { message_type: 'notice', message_content: { number: posts.length } };
      const beganMs = performance.now();
      const post = api<Message>(target, 'POST', `/internal/orchestrators/${id}/messages`, body);
      posts.push(post.then((message) => startedMs.set(message.id, beganMs)));
    }
    await delay(SLICE_MS);
  }
  const postedMs = performance.now() - startMs;
  await within(Promise.all([...posts, all]), 'not all messages are delivered');
  stop();
  const ms = [...startedMs].map(([id, beganMs]) => (deliveredMs.get(id) ?? NaN) - beganMs);
  return { ms, ratePerSec: count / (postedMs / 1000) };
}
