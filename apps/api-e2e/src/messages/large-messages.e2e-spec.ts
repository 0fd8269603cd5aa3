import { MAX_FRAME_BYTES } from '@moolai/contracts';
import { useController } from '../support/use-controller.js';

describe('a large message to an orchestrator', () => {
  const controller = useController();

  it.each([
    ['white space', 1, 125_000],
    ['numbers in full', 1e300, 30_000],
  ])('fits into a frame as sent, although the database writes %s', async (_, value, count) => {
    const id = `large-${count}`;
    const orchestrator = await controller.orchestrator(id);
    const sizes: number[] = [];
    orchestrator.socket.on('message', (data: Buffer) => sizes.push(data.length));
    const content = { list: Array<number>(count).fill(value) };
    await controller.api.sendMessage(id, { message_type: 'notice', message_content: content });
    expect((await orchestrator.next('message')).message_content).toEqual(content);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    await orchestrator.close();
  });
});
