import type { AuditEntry } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { credentialOf, enrol, enrolmentToken, refusal } from '../support/credentials.js';
import { useController } from '../support/use-controller.js';

const ADMIN = { actor_kind: 'dev_token', actor_name: 'dev-token@controller', address: '127.0.0.1' };
const ORCHESTRATOR = { actor_kind: 'system', actor_name: 'orchestrator', address: '127.0.0.1' };

describe('the audit log of credentials', () => {
  const controller = useController({ env: { ORCHESTRATOR_AUTH: 'token' } });

  async function entriesOf(target: string): Promise<AuditEntry[]> {
    const { items } = await controller.api.listAuditEntries({
      sort: 'position',
      page_size: 200,
      organization_id: 'org-a',
    });
    return items.filter(({ target_id }) => target_id === target);
  }

  it('records enrolment tokens from creation to end, without the secret', async () => {
    const { id, token } = await enrolmentToken(controller, 'org-a', { max_uses: 2 });
    for (let count = 0; count < 2; count += 1) {
      await controller.api.revokeEnrolmentToken(id);
    }
    const entries = await entriesOf(String(id));
    expect(entries).toEqual([
      expect.objectContaining({
        ...ADMIN,
        action: 'enrolment_token.created',
        target_type: 'enrolment_token',
        organization_id: 'org-a',
        after: expect.objectContaining({ name: 'Rollout', max_uses: 2 }) as unknown,
      }),
      expect.objectContaining({
        ...ADMIN,
        action: 'enrolment_token.revoked',
        before: { revoked_at: null },
        after: { revoked_at: expect.stringMatching(/Z$/) as unknown },
      }),
    ]);
    expect(JSON.stringify(entries)).not.toContain(token);
  });

  it("records changes of an orchestrator's credential, with the actor", async () => {
    const { id, token } = await enrolmentToken(controller, 'org-a');
    const { connection, credential } = await enrol(controller, 'audited-1', token, {
      capabilities: ['credential_rotation'],
    });
    await controller.api.rotateCredential('audited-1');
    const { credential: second } = await connection.next('credential_update');
    connection.send({ type: 'credential_ack', orchestrator_id: 'audited-1', credential: second });
    await waitUntil(
      'it is rotated',
      async () => !(await credentialOf(controller, 'audited-1')).rotation_pending,
    );
    await connection.close();

    // Again, this time by presenting the new one.
    await controller.api.rotateCredential('audited-1');
    const again = await controller.connect();
    const { credential: third = '' } = await again.register('audited-1', { token: second });
    await again.close();
    await controller.orchestrator('audited-1', { token: third });
    await refusal(controller, 'audited-1', { token: credential });
    await waitUntil('the refusal is recorded', async () => {
      return (await entriesOf('audited-1')).some(({ action }) => action === 'credential.refused');
    });
    await controller.api.revokeCredential('audited-1');

    const entries = await entriesOf('audited-1');
    const told = entries.map(({ action, actor_kind, actor_name, address }) => ({
      action,
      actor_kind,
      actor_name,
      address,
    }));
    expect(told).toEqual([
      { ...ORCHESTRATOR, action: 'credential.issued' },
      { ...ADMIN, action: 'credential.rotation_started' },
      { ...ORCHESTRATOR, action: 'credential.rotated' },
      { ...ADMIN, action: 'credential.rotation_started' },
      { ...ORCHESTRATOR, action: 'credential.rotated' },
      { ...ORCHESTRATOR, action: 'credential.refused' },
      { ...ADMIN, action: 'credential.revoked' },
    ]);
    expect(entries[0]?.after).toEqual({ enrolment_token_id: id });
    for (const secret of [token, credential, second, third]) {
      expect(JSON.stringify(entries)).not.toContain(secret);
    }
  });

  it('records quarantines with the actor system, and their end', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    const { credential, ...first } = await enrol(controller, 'audited-2', token);
    let { connection } = first;
    for (let count = 0; count < 4; count += 1) {
      const next = await controller.orchestrator('audited-2', { token: credential });
      await connection.untilClosed();
      connection = next;
    }
    await connection.untilClosed();
    await controller.api.releaseFromQuarantine('audited-2');
    const entries = (await entriesOf('audited-2')).filter(
      ({ target_type }) => target_type === 'orchestrator',
    );
    expect(entries).toEqual([
      expect.objectContaining({
        action: 'orchestrator.quarantined',
        actor_kind: 'system',
        after: expect.objectContaining({
          quarantine_reason: expect.stringContaining('4 times') as unknown,
        }) as unknown,
      }),
      expect.objectContaining({
        ...ADMIN,
        action: 'orchestrator.released',
        after: { quarantined_at: null, quarantine_reason: null },
      }),
    ]);
  });

  it('records nothing that was refused', async () => {
    const before = await controller.api.listAuditEntries({ page_size: 1 });
    for (const [method, path] of [
      ['post', '/internal/orchestrators/nobody/credentials/rotate'],
      ['delete', '/internal/orchestrators/nobody/credentials'],
      ['post', '/internal/orchestrators/audited-2/quarantine/release'],
      ['delete', '/internal/enrolment-tokens/999999'],
    ] as const) {
      const { status } = await controller.request(method, path);
      expect([404, 409]).toContain(status);
    }
    const after = await controller.api.listAuditEntries({ page_size: 1 });
    expect(after.total).toBe(before.total);
  });
});
