import { setTimeout as delay } from 'node:timers/promises';
import { within } from './fleet.mjs';
import { textFrame } from './frames.mjs';
import { api, followEvents } from './http.mjs';

const SLICE_MS = 2;

/**
 * Posts messages at a rate to orchestrators that acknowledge them, and follows the stream of events: a
 * message is `delivered` there when that is committed. Gives the milliseconds from before its POST to that.
 */
export async function measureMessages(fleet, { count, perSec }) {
  const { members, target } = fleet;
  const deliveredMs = new Map();
  let wake = () => undefined;
  const stop = await followEvents(target, (name, text) => {
    if (name !== 'message.status' || !text.includes('"delivered"')) return;
    deliveredMs.set(JSON.parse(text).data.id, performance.now());
    if (deliveredMs.size >= count) wake();
  });
  fleet.listen(({ raw }, text) => {
    if (!text.startsWith('{"type":"message"')) return;
    const { message_id } = JSON.parse(text);
    raw.write(textFrame({ type: 'message_ack', message_id, status: 'delivered' }));
  });
  const startedMs = new Map();
  const all = new Promise((resolve) => (wake = resolve));
  const posts = [];
  const startMs = performance.now();
  while (posts.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) * perSec) / 1000));
    while (posts.length < due) {
      const { id } = members[posts.length % members.length];
      const body = { message_type: 'notice', message_content: { number: posts.length } };
      const beganMs = performance.now();
      const post = api(target, 'POST', `/internal/orchestrators/${id}/messages`, body);
      posts.push(post.then((message) => startedMs.set(message.id, beganMs)));
    }
    await delay(SLICE_MS);
  }
  const postedMs = performance.now() - startMs;
  await within(Promise.all([...posts, all]), 'not all messages are delivered');
  stop();
  const ms = [...startedMs].map(([id, beganMs]) => deliveredMs.get(id) - beganMs);
  return { ms, ratePerSec: count / (postedMs / 1000) };
}
