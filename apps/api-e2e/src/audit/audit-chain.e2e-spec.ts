import { AuditTrail, systemActor, Transactions, type AuditedChange } from '@moolai/api';
import { useController } from '../support/use-controller.js';

describe('the audit chain', () => {
  const controller = useController();
  let trail: AuditTrail;
  let transactions: Transactions;

  beforeAll(() => {
    trail = controller.nest.get(AuditTrail);
    transactions = controller.nest.get(Transactions);
  });

  function change(id: string, more: Partial<AuditedChange> = {}): AuditedChange {
    return {
      actor: systemActor('a test'),
      action: 'organization.changed',
      organizationId: id,
      target: { type: 'organization', id },
      before: { name: 'old' },
      after: { name: 'new' },
      ...more,
    };
  }

  function positions(target: string): Promise<{ position: number }[]> {
    return controller.database.query(
      'SELECT position::int FROM audit_entries WHERE target_id = $1 ORDER BY position',
      [target],
    );
  }

  it('numbers entries without gaps in commit order, however many commit at once', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        transactions.run(async (tx) => {
          await trail.recordAll([change('org-many'), change('org-many')], tx);
          if (n % 3 === 0) throw new Error('undone');
        }),
      ).map((one) => one.catch(() => undefined)),
    );
    const rows = await controller.database.query<{ position: number; follows: boolean }>(
      `SELECT position::int, previous_hash = coalesce(lag(hash) OVER (ORDER BY position), repeat('0', 64)) AS follows
       FROM audit_entries ORDER BY position`,
    );
    expect(rows.map((row) => row.position)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.every((row) => row.follows)).toBe(true);
    await expect(positions('org-many')).resolves.toHaveLength(80);
    const [left] = await controller.database.query('SELECT count(*)::int AS count FROM audit_pending');
    expect(left).toEqual({ count: 0 });
  });

  it('contains nothing of a rolled-back change', async () => {
    const failing = transactions.run(async (tx) => {
      await trail.record(change('org-undone'), tx);
      await tx.query('SELECT 1 / 0');
    });
    await expect(failing).rejects.toThrow('division by zero');
    await expect(positions('org-undone')).resolves.toEqual([]);
  });

  it('does not deadlock two transactions that lock the same rows in another order than their records', async () => {
    await controller.database.query(
      `INSERT INTO organizations (organization_id, name) VALUES ('org-row', 'x')`,
    );
    let go: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (go = resolve));
    const recorder = transactions.run(async (tx) => {
      await trail.record(change('org-order'), tx);
      go();
      await tx.query(`UPDATE organizations SET name = name || '1' WHERE organization_id = 'org-row'`);
    });
    const locker = transactions.run(async (tx) => {
      await tx.query(`UPDATE organizations SET name = name || '2' WHERE organization_id = 'org-row'`);
      await both;
      await trail.record(change('org-order'), tx);
    });
    await Promise.all([recorder, locker]);
    await expect(positions('org-order')).resolves.toHaveLength(2);
  });

  it.each([
    `UPDATE audit_entries SET actor_name = 'nobody'`,
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
  ])('refuses %s', async (statement) => {
    await trail.record(change('org-kept'));
    await expect(controller.database.query(statement)).rejects.toThrow('audit_entries is append-only');
  });
});
