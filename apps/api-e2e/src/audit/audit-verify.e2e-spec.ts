import { AuditTrail, systemActor } from '@moolai/api';
import { databaseEnv, runCommand } from '../support/command.js';
import { useControllerPerTest } from '../support/use-controller.js';

describe('verifying the audit chain', () => {
  const controller = useControllerPerTest();

  beforeEach(async () => {
    const trail = controller.nest.get(AuditTrail);
    // After the first superadmin.
    for (const id of ['org-2', 'org-3', 'org-4']) {
      await trail.record({
        actor: systemActor(),
        action: 'organization.created',
        organizationId: id,
        target: { type: 'organization', id },
        after: { name: id, rates: [1e21, 0.1, -0, 1e-7], text: 'ä\u2028😀' },
      });
    }
  });

  /** Runs statements with the rights of the table's owner. */
  async function tamper(...statements: string[]): Promise<void> {
    await controller.database.query(
      [
        'ALTER TABLE audit_entries DISABLE TRIGGER USER',
        ...statements,
        'ALTER TABLE audit_entries ENABLE TRIGGER USER',
      ].join(';'),
    );
  }

  async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
    const { code, output, errors } = await runCommand(
      'audit-verify',
      args,
      databaseEnv(controller.database.connection),
    );
    return { code, output: output + errors };
  }

  it('finds it intact, and returns its head', async () => {
    const [row] = await controller.database.query('SELECT hash FROM audit_entries WHERE position = 4');
    const head = { position: 4, hash: row?.['hash'] as string };
    await expect(controller.api.verifyAudit()).resolves.toEqual({ ok: true, count: 4, head, broken: null });
    await expect(controller.api.verifyAudit(head)).resolves.toMatchObject({ ok: true });
    await expect(run()).resolves.toEqual({ code: 0, output: `whole: 4 entries; head 4:${head.hash}\n` });
    await expect(run(`4:${head.hash}`)).resolves.toMatchObject({ code: 0 });
  });

  it.each([
    [`UPDATE audit_entries SET after = '{"name":"other"}' WHERE position = 2`, 2, 'content'],
    [`UPDATE audit_entries SET actor_name = 'someone' WHERE position = 3`, 3, 'content'],
    [`UPDATE audit_entries SET at = at - interval '1 ms' WHERE position = 1`, 1, 'content'],
    [`UPDATE audit_entries SET address = '' WHERE position = 4`, 4, 'content'],
    ['DELETE FROM audit_entries WHERE position = 2', 2, 'missing'],
    ['DELETE FROM audit_entries WHERE position = 1', 1, 'missing'],
    [`UPDATE audit_entries SET hash = repeat('a', 64) WHERE position = 2`, 2, 'content'],
    [`UPDATE audit_entries SET previous_hash = repeat('a', 64) WHERE position = 2`, 2, 'preceding'],
    [
      `DELETE FROM audit_entries WHERE position = 2;
       UPDATE audit_entries SET position = position - 1 WHERE position > 2`,
      2,
      'preceding',
    ],
  ])('detects %s', async (statement, position, word) => {
    await tamper(statement);
    const result = await controller.api.verifyAudit();
    expect(result).toMatchObject({ ok: false, broken: { position } });
    expect(result.broken?.detail).toContain(word);
    const { code, output } = await run();
    expect([code, output]).toEqual([1, expect.stringContaining(`BROKEN at position ${position}`)]);
  });

  it('detects a truncated chain by a head noted earlier', async () => {
    const { head } = await controller.api.verifyAudit();
    await tamper('DELETE FROM audit_entries WHERE position = 4');
    await expect(controller.api.verifyAudit()).resolves.toMatchObject({ ok: true, count: 3 });
    const noted = `${head?.position}:${head?.hash}`;
    await expect(controller.api.verifyAudit(head ?? {})).resolves.toMatchObject({
      ok: false,
      broken: { position: 4, detail: 'The chain ends at 3, before the noted position 4.' },
    });
    await expect(run(noted)).resolves.toMatchObject({ code: 1 });
  });

  it('detects a completely rewritten chain by a head noted earlier', async () => {
    const { head } = await controller.api.verifyAudit();
    await tamper('DELETE FROM audit_entries WHERE position = 4');
    await controller.nest.get(AuditTrail).record({
      actor: systemActor('forger'),
      action: 'organization.created',
      organizationId: 'org-4',
      target: { type: 'organization', id: 'org-4' },
      after: { name: 'forged' },
    });
    await expect(controller.api.verifyAudit()).resolves.toMatchObject({ ok: true, count: 4 });
    await expect(controller.api.verifyAudit(head ?? {})).resolves.toMatchObject({
      ok: false,
      broken: { position: 4 },
    });
  });

  it('detects records that a disabled trigger left outside the chain', async () => {
    await controller.database.query('ALTER TABLE audit_pending DISABLE TRIGGER USER');
    await controller.nest.get(AuditTrail).record({
      actor: systemActor(),
      action: 'organization.created',
      organizationId: null,
      target: { type: 'organization', id: 'hidden' },
      after: { name: 'hidden' },
    });
    await expect(controller.api.verifyAudit()).resolves.toMatchObject({ ok: false, broken: { position: 5 } });
  });

  it('logs the head of the chain, so that a copy exists elsewhere', async () => {
    const { head } = await controller.api.verifyAudit();
    const { log } = controller;
    await controller.restart();
    expect(log.messages()).toContain(`audit head ${head?.position}:${head?.hash}`);
    expect(controller.log.messages()).toContain(`audit head ${head?.position}:${head?.hash}`);
  });

  it('reports if it cannot check', async () => {
    await controller.database.query('ALTER TABLE audit_entries RENAME TO elsewhere');
    const { code, output } = await run();
    expect([code, output]).toEqual([2, expect.stringContaining('cannot check')]);
    await expect(run('4')).resolves.toMatchObject({ code: 2 });
  });
});
