import { EventReader, waitUntil } from '@moolai/testing';
import { useController } from '../support/use-controller.js';
import { FOREIGN, TwoOrganizations } from './two-organizations.js';

describe('the live stream of a scoped user', () => {
  const controller = useController();
  let world: TwoOrganizations;

  beforeAll(async () => {
    world = await TwoOrganizations.in(controller);
  });

  function open(token: string, headers: Record<string, string> = {}): Promise<EventReader> {
    return EventReader.open(`${controller.url}/api/v1/controller/events`, {
      authorization: `Bearer ${token}`,
      ...headers,
    });
  }

  it('contains nothing of another organization, neither live nor when it resumes', async () => {
    const { access_token } = await controller.user('viewer', 'org-own');
    const reader = await open(access_token);
    const { id } = await reader.next('ready');
    for (const [side, orchestrator] of world.connected) {
      orchestrator.beat(world.orchestratorId(side));
      await controller.api.sendMessage(`orch-${side}`, { message_type: 'notice', message_content: {} });
    }
    await reader.next('message.created');
    await reader.next('orchestrator.heartbeat');
    const resumed = await open(access_token, { 'last-event-id': id ?? '' });
    await resumed.next('message.created');
    expect(JSON.stringify([reader.history, resumed.history])).not.toContain(FOREIGN);
    expect(JSON.stringify(reader.history)).toContain('orch-own');
    reader.close();
    resumed.close();
  });

  it('ends when the user is changed, signs out or is deleted', async () => {
    const changed = await controller.user('viewer', 'org-own');
    const leaving = await controller.user('viewer', 'org-own');
    const deleted = await controller.user('viewer', 'org-own');
    const untouched = await open((await controller.user('viewer', 'org-own')).access_token);
    const streams = await Promise.all(
      [changed, leaving, deleted].map(({ access_token }) => open(access_token)),
    );
    for (const stream of [...streams, untouched]) await stream.next('ready');
    await controller.api.changeUser(changed.user.user_id, { organization_ids: ['org-foreign'] });
    await controller.apiWith(leaving.access_token).logout({});
    await controller.api.deleteUser(deleted.user.user_id);
    for (const stream of streams) await waitUntil('the stream has ended', () => !stream.isOpen);
    expect(untouched.isOpen).toBe(true);
    untouched.close();
  });

  it('ends with the token that opened it', async () => {
    const response = await controller.api.createApiToken({
      name: 'short',
      role: 'viewer',
      organization_ids: ['org-own'],
      expires_at: new Date(Date.now() + 1_500).toISOString(),
    });
    const stream = await open(response.token);
    await stream.next('ready');
    await waitUntil('the stream has ended', () => !stream.isOpen);
  });
});
