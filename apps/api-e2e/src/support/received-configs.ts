import type { MessageOf, TestOrchestrator } from '@moolai/testing';

let probes = 0;

/**
 * All received configuration frames that no `next` has consumed. Frames arrive in order, so all frames that were
 * written before the answer to the probe are here.
 */
export async function receivedConfigs(
  orchestrator: TestOrchestrator,
  id: string,
): Promise<MessageOf<'config_update' | 'provisioning'>[]> {
  const clientMessageId = `probe-${(probes += 1)}`;
  orchestrator.send({
    type: 'recommendation',
    orchestrator_id: id,
    client_message_id: clientMessageId,
    recommendation: {},
  });
  for (;;) {
    const { client_message_id } = await orchestrator.next('received');
    if (client_message_id === clientMessageId) break;
  }
  return orchestrator.inbox.filter(
    (message) => message.type === 'config_update' || message.type === 'provisioning',
  );
}
