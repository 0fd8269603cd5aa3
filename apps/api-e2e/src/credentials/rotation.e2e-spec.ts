import type { CredentialRotation } from '@moolai/contracts';
import { waitUntil, type TestOrchestrator } from '@moolai/testing';
import { credentialOf, enrolled, enrolmentToken, eventsOf, refusal } from '../support/credentials.js';
import { useController } from '../support/use-controller.js';

const ROTATES = { capabilities: ['credential_rotation'] };

describe('the rotation of a credential', () => {
  const controller = useController({ env: { ORCHESTRATOR_AUTH: 'token' } });
  let token: string;

  beforeAll(async () => {
    ({ token } = await enrolmentToken(controller, 'org-a'));
  });

  async function rotate(id: string): Promise<CredentialRotation> {
    return controller.api.rotateCredential(id);
  }

  async function admits(id: string, credential: string): Promise<void> {
    const connection = await controller.connect();
    await connection.register(id, { token: credential });
    await connection.close();
  }

  function untilRotated(id: string): Promise<unknown> {
    return waitUntil(`${id} is rotated`, async () => !(await credentialOf(controller, id)).rotation_pending);
  }

  function acknowledge(connection: TestOrchestrator, id: string, credential: string): void {
    connection.send({ type: 'credential_ack', orchestrator_id: id, credential });
  }

  it('offers a new one on the open connection, and ends the old one after the acknowledgement', async () => {
    const old = await enrolled(controller, 'rot-1', token);
    const connection = await controller.orchestrator('rot-1', { token: old, ...ROTATES });
    await expect(rotate('rot-1')).resolves.toMatchObject({
      offered: true,
      credential: { has_credential: true, rotation_pending: true },
    });
    const { credential } = await connection.next('credential_update');
    expect(credential).not.toBe(old);
    acknowledge(connection, 'rot-1', credential);
    await untilRotated('rot-1');
    await connection.close();
    await expect(refusal(controller, 'rot-1', { token: old })).resolves.toMatchObject({
      error: 'unauthorized',
    });
    await admits('rot-1', credential);
    await expect(eventsOf(controller, 'credential.rotated', 'rot-1')).resolves.toHaveLength(1);
  });

  it('keeps the old one valid until the new one is acknowledged or presented', async () => {
    const old = await enrolled(controller, 'rot-2', token);
    const connection = await controller.orchestrator('rot-2', { token: old, ...ROTATES });
    await rotate('rot-2');
    await connection.next('credential_update');
    connection.crash();
    // It crashed before it stored the new one.
    const again = await controller.connect();
    const { credential: second = '' } = await again.register('rot-2', { token: old });
    expect(second).toMatch(/^moc_/);
    again.crash();
    // And before the answer: both are valid until one of them is used.
    await admits('rot-2', old);
    const third = await controller.connect();
    const { credential: newest = '' } = await third.register('rot-2', { token: old });
    await third.close();
    await admits('rot-2', newest);
    await expect(refusal(controller, 'rot-2', { token: old })).resolves.toMatchObject({
      error: 'unauthorized',
    });
  });

  it('ends the old one when the new one is presented, although its acknowledgement was lost', async () => {
    const old = await enrolled(controller, 'rot-3', token);
    const connection = await controller.orchestrator('rot-3', { token: old, ...ROTATES });
    await rotate('rot-3');
    const { credential } = await connection.next('credential_update');
    connection.crash();
    // Twice, because the first answer may be lost as well.
    await admits('rot-3', credential);
    await admits('rot-3', credential);
    await expect(credentialOf(controller, 'rot-3')).resolves.toMatchObject({ rotation_pending: false });
    await expect(refusal(controller, 'rot-3', { token: old })).resolves.toMatchObject({
      error: 'unauthorized',
    });
  });

  it('offers it with the next registration if the orchestrator is disconnected or does not support rotation', async () => {
    const old = await enrolled(controller, 'rot-4', token);
    const connection = await controller.orchestrator('rot-4', { token: old });
    await expect(rotate('rot-4')).resolves.toMatchObject({ offered: false });
    await connection.close();
    expect(connection.inbox.map(({ type }) => type)).not.toContain('credential_update');
    const again = await controller.connect();
    const { credential = '' } = await again.register('rot-4', { token: old });
    await again.close();
    await admits('rot-4', credential);
    await expect(refusal(controller, 'rot-4', { token: old })).resolves.toMatchObject({
      error: 'unauthorized',
    });
  });

  it('accepts only the acknowledgement of the credential offered on this connection', async () => {
    const old = await enrolled(controller, 'rot-5', token);
    const connection = await controller.orchestrator('rot-5', { token: old, ...ROTATES });
    await rotate('rot-5');
    await connection.next('credential_update');
    acknowledge(connection, 'rot-5', 'moc_guessed');
    await expect(connection.next('error')).resolves.toMatchObject({ code: 'invalid_message' });
    acknowledge(connection, 'rot-1', 'moc_guessed');
    await expect(connection.next('error')).resolves.toMatchObject({ code: 'orchestrator_id_mismatch' });
    await expect(credentialOf(controller, 'rot-5')).resolves.toMatchObject({ rotation_pending: true });
  });

  it('answers 409 if there is nothing to rotate, and 404 for an unknown orchestrator', async () => {
    await controller.api.createOrchestrator({ orchestrator_id: 'rot-6', organization_id: 'org-a' });
    await controller.api.rotateCredential('rot-6').expect(409);
    await controller.api.rotateCredential('nobody').expect(404);
  });
});
