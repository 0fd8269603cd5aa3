import type { Message, JsonObject } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const ACKS = { capabilities: ['message_ack'] };

describe('messages that are not acknowledged in time', () => {
  const controller = useController({
    env: { MESSAGE_ACK_TIMEOUT_SEC: '1', MESSAGE_MAX_ATTEMPTS: '3' },
  });

  async function post(id: string, content: JsonObject): Promise<Message> {
    return controller.api.sendMessage(id, { message_type: 'notice', message_content: content });
  }

  function get(id: number): Promise<Message> {
    return controller.api.getMessage(id);
  }

  it('are sent again, and fail after their attempts without failing later ones', async () => {
    const orchestrator = await controller.orchestrator('del-6', ACKS);
    const poison = await post('del-6', { poison: true });
    const good = await post('del-6', { poison: false });
    const seen: number[] = [];
    await waitUntil('the poisonous one has failed', async () => {
      for (const message of orchestrator.inbox.splice(0)) {
        if (message.type === 'message') seen.push(message.message_id);
      }
      return (await get(poison.id)).status === 'failed';
    });
    expect(seen.filter((id) => id === poison.id)).toHaveLength(3);
    await expect(get(poison.id)).resolves.toMatchObject({
      attempts: 3,
      failure_reason: expect.stringContaining('3 times') as string,
    });
    orchestrator.send({ type: 'message_ack', message_id: good.id, status: 'delivered' });
    const delivered = await waitUntil('the good one is delivered', async () => {
      const message = await get(good.id);
      return message.status === 'delivered' && message;
    });
    expect(delivered.failure_reason).toBeNull();
    await orchestrator.close();
  });
});
