import { HANDSHAKE_ERRORS, WS_ERROR_CODES } from '@moolai/contracts';
import { enrolmentToken } from '../support/credentials.js';
import { FrameRecorder } from '../support/frame-recorder.js';
import { faultsOf, messageOf, readProtocolDocument } from '../support/protocol-document.js';
import { lockTable } from '../support/row-lock.js';
import { TestController } from '../support/test-controller.js';

const { messages } = readProtocolDocument();

/** An orchestrator registers, works, makes every mistake, and reconnects. */
async function work(recorder: FrameRecorder): Promise<void> {
  const controller = await TestController.start({
    env: { METRIC_NAMES_PER_ORCHESTRATOR: '1', INBOX_BUFFER_MB: '8' },
  });
  const first = await recorder.register(controller, 'rec-1', { capabilities: ['message_ack'] });
  await controller.api.changeOrchestratorConfig('rec-1', { session_config: { max_tokens: 4096 } });
  const { config_version, config_hash } = await first.next('config_update');
  await controller.api.sendMessage('rec-1', { message_type: 'notice', message_content: { text: 'hello' } });
  await first.next('message');
  const own = { orchestrator_id: 'rec-1', client_message_id: 'r-1' };
  first.send({ type: 'recommendation', ...own, recommendation: { action: 'none' } });
  await first.next('received');
  first.send({ type: 'monitoring', ...own, client_message_id: 'm-1', metrics: { one: 1, two: 2 } });
  await expect(first.next('received')).resolves.toHaveProperty('warning');
  // Nothing is stored in the meantime, so that the buffer fills on a fast machine too.
  const release = await lockTable(controller.database, 'orchestrator_messages');
  for (let n = 0; n < 6; n += 1) {
    const recommendation = { text: 'x'.repeat(250_000) };
    first.send({ type: 'recommendation', ...own, client_message_id: `large-${n}`, recommendation });
  }
  await expect(first.next('error')).resolves.toHaveProperty('retry_after_ms');
  await release();
  for (const mistake of ['{', '{"type":"dance"}', '{"type":"i_am_alive"}']) first.send(mistake);
  first.beat('rec-2');
  for (let count = 0; count < 4; count += 1) await first.next('error');

  const second = await recorder.connect(controller);
  second.beat('rec-1');
  await second.next('error');
  await second.register('rec-1', { config_version, config_hash });
  await second.next('provisioning');
  for (let count = 0; count < 12_000; count += 1) second.beat('rec-1');
  await second.untilClosed();
  await controller.dispose();
}

/** Registrations are refused for every reason. */
async function refuse(recorder: FrameRecorder): Promise<void> {
  const controller = await TestController.start({ timing: { maxRegistrationsAtOnce: 1 } });
  const strict = await TestController.start({ env: { ORCHESTRATOR_AUTH: 'token' } });
  const attempt = async (where: TestController, registration: object): Promise<void> => {
    const orchestrator = await recorder.connect(where);
    orchestrator.send({ type: 'register', ...registration });
    await orchestrator.next('handshake_ack');
  };
  await attempt(strict, { orchestrator_id: 'rec-3', token: 'guessed' });
  await attempt(controller, { orchestrator_id: 'rec-4', organization_id: 'org-a' });
  await attempt(controller, { orchestrator_id: 'rec-4', organization_id: 'org-b' });
  await controller.api.deactivateOrganization('org-a');
  await attempt(controller, { orchestrator_id: 'rec-5', organization_id: 'org-a' });
  // All connect before the first one registers: one is in progress when the others arrive.
  const rush = await Promise.all(Array.from({ length: 10 }, () => recorder.connect(controller)));
  for (const [index, one] of rush.entries()) one.send({ type: 'register', orchestrator_id: `rush-${index}` });
  await Promise.all(rush.map((one) => one.next('handshake_ack')));
  await controller.database.goAway();
  await attempt(controller, { orchestrator_id: 'rec-6' });
  await controller.database.comeBack();
  await Promise.all([controller.dispose(), strict.dispose()]);
}

/** Orchestrators enrol, get new credentials, and are refused for every reason related to them. */
async function authenticate(recorder: FrameRecorder): Promise<void> {
  const controller = await TestController.start();
  const { id, token } = await enrolmentToken(controller, 'org-c', { max_uses: 1 });
  const orchestrator = await recorder.register(controller, 'rec-8', {
    token,
    capabilities: ['credential_rotation'],
  });
  await controller.api.rotateCredential('rec-8');
  const { credential } = await orchestrator.next('credential_update');
  const attempt = async (registration: object): Promise<void> => {
    const one = await recorder.connect(controller);
    one.send({ type: 'register', ...registration });
    await one.next('handshake_ack');
  };
  await attempt({ orchestrator_id: 'rec-9', token });
  const { database } = controller;
  await database.query(
    `UPDATE orchestrator_instances SET quarantined_at = now() WHERE orchestrator_id = 'rec-8'`,
  );
  await attempt({ orchestrator_id: 'rec-8', token: credential });
  await controller.api.releaseFromQuarantine('rec-8');
  await controller.api.revokeCredential('rec-8');
  await attempt({ orchestrator_id: 'rec-8', token: credential });
  await database.query('UPDATE enrolment_tokens SET expires_at = now() WHERE id = $1', [id]);
  await attempt({ orchestrator_id: 'rec-9', token });
  await controller.api.revokeEnrolmentToken(id);
  await attempt({ orchestrator_id: 'rec-9', token });
  await controller.dispose();
}

/** The controller shuts down. */
async function leave(recorder: FrameRecorder): Promise<void> {
  const controller = await TestController.start();
  const orchestrator = await recorder.register(controller, 'rec-7');
  await controller.dispose();
  await orchestrator.untilClosed();
}

describe('the frames of a real controller', () => {
  const recorder = new FrameRecorder();

  beforeAll(async () => {
    await work(recorder);
    await refuse(recorder);
    await authenticate(recorder);
    await leave(recorder);
  });

  it('match docs/asyncapi.yaml, without undocumented fields', () => {
    expect(recorder.frames.flatMap((frame) => faultsOf(messages, frame))).toEqual([]);
  });

  it('cover all documented ones', () => {
    const names = new Set(recorder.frames.map((frame) => messageOf(messages, frame).name));
    const documented = messages.filter(({ from }) => from === 'controller').map(({ name }) => name);
    expect([...names].sort()).toEqual(documented.sort());
    expect(recorder.valuesOf('code').sort()).toEqual([...WS_ERROR_CODES].sort());
    // The first one is documented as reserved.
    expect(['invalid_message', ...recorder.valuesOf('error')].sort()).toEqual([...HANDSHAKE_ERRORS].sort());
    expect(recorder.valuesOf('unchanged')).toEqual([true]);
  });
});
