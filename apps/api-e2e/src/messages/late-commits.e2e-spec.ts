import type pg from 'pg';
import { useController } from '../support/use-controller.js';

/** Rows with a place in an order that commit after later ones (docs/contributors.md). */
describe('a late commit', () => {
  const controller = useController();
  let holder: pg.Client;

  beforeAll(async () => {
    holder = await controller.database.connect();
  });

  it('is delivered, although a message with a larger id was delivered before', async () => {
    const orchestrator = await controller.orchestrator('late', { capabilities: ['message_ack'] });
    await holder.query('BEGIN');
    const { rows } = await holder.query<{ id: string }>(
      `INSERT INTO orchestrator_messages (orchestrator_id, message_type, message_content)
       VALUES ('late', 'held', '{}') RETURNING id`,
    );
    await controller.api.sendMessage('late', { message_type: 'later', message_content: {} });
    const later = await orchestrator.next('message');
    expect(later).toMatchObject({ message_type: 'later' });
    expect(later.message_id).toBeGreaterThan(Number(rows[0]?.id));
    orchestrator.send({ type: 'message_ack', message_id: later.message_id, status: 'delivered' });
    await holder.query('COMMIT');
    // The controller is not notified: it finds the message by its periodic search.
    const late = await orchestrator.next('message', 40_000);
    expect(late).toMatchObject({ message_id: Number(rows[0]?.id), message_type: 'held' });
  });

  it('follows the entries in the audit log, and is in the export of later readers', async () => {
    const record = (target: string): string =>
      `INSERT INTO audit_pending (at, action, actor_kind, actor_id, actor_name, target_type, target_id, content_hash)
       VALUES (now(), 'test', 'system', 'test', 'test', 'test', '${target}', repeat('0', 64))`;
    await holder.query('BEGIN');
    await holder.query(record('held'));
    await controller.organization('after-the-held-one');
    const before = await controller.api.verifyAudit();
    await holder.query('COMMIT');
    const positions = await controller.database.query<{ target_id: string; position: string }>(
      `SELECT target_id, position FROM audit_entries WHERE target_id IN ('held', 'after-the-held-one') ORDER BY position`,
    );
    expect(positions.map(({ target_id }) => target_id)).toEqual(['after-the-held-one', 'held']);
    expect(Number(positions[1]?.position)).toBe((before.head?.position ?? 0) + 1);
    const { text } = await controller.api.exportAudit({ format: 'jsonl' }).expect(200);
    const exported = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { position: number }).position);
    expect(exported).toEqual(exported.map((_, index) => index + 1));
    expect(exported.at(-1)).toBe(Number(positions[1]?.position));
  });
});
