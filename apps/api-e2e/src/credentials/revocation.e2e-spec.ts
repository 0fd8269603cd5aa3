import { CLOSE_CODES } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { credentialOf, enrol, enrolled, enrolmentToken, eventsOf, refusal } from '../support/credentials.js';
import { lockRows, untilBlocked } from '../support/row-lock.js';
import { useController } from '../support/use-controller.js';

describe('the revocation of a credential', () => {
  const controller = useController({ env: { ORCHESTRATOR_AUTH: 'token' } });
  let token: string;

  beforeAll(async () => {
    ({ token } = await enrolmentToken(controller, 'org-a'));
  });

  it('closes the connection with 4401, and refuses the revoked credential', async () => {
    const credential = await enrolled(controller, 'rev-1', token);
    const connection = await controller.orchestrator('rev-1', { token: credential });
    await controller.api.revokeCredential('rev-1');
    await expect(connection.untilClosed()).resolves.toMatchObject({ code: CLOSE_CODES.badCredentials });
    await expect(refusal(controller, 'rev-1', { token: credential })).resolves.toMatchObject({
      error: 'credential_revoked',
      code: 4401,
    });
    await expect(credentialOf(controller, 'rev-1')).resolves.toMatchObject({
      has_credential: false,
      revoked_at: expect.stringMatching(/Z$/) as unknown,
      revoked_by: 'dev-token@controller',
    });
    await controller.api.revokeCredential('rev-1').expect(409);
    await expect(eventsOf(controller, 'credential.revoked', 'rev-1')).resolves.toHaveLength(1);
  });

  it('is not undone by an older enrolment token, only by a newer one', async () => {
    const credential = await enrolled(controller, 'rev-2', token);
    await controller.api.revokeCredential('rev-2');
    await expect(refusal(controller, 'rev-2', { token })).resolves.toMatchObject({
      error: 'credential_revoked',
    });
    const fresh = await enrolmentToken(controller, 'org-a');
    const { credential: next } = await enrol(controller, 'rev-2', fresh.token);
    expect(next).toMatch(/^moc_/);
    await expect(refusal(controller, 'rev-2', { token: credential })).resolves.toMatchObject({
      error: 'unauthorized',
    });
  });

  it.each([
    [
      'is revoked',
      `UPDATE orchestrator_credentials SET revoked_at = now() WHERE orchestrator_id = 'rev-sql'`,
    ],
    ['is deleted', `DELETE FROM orchestrator_credentials WHERE orchestrator_id = 'rev-sql'`],
  ])('also closes the connection when it %s by plain SQL', async (_, statement) => {
    await controller.database.query(`DELETE FROM orchestrator_instances WHERE orchestrator_id = 'rev-sql'`);
    const credential = await enrolled(controller, 'rev-sql', token);
    const connection = await controller.orchestrator('rev-sql', { token: credential });
    await controller.database.query(statement);
    await expect(connection.untilClosed()).resolves.toMatchObject({ code: CLOSE_CODES.badCredentials });
  });

  it('is noticed even if it was announced while nothing was listening', async () => {
    const credential = await enrolled(controller, 'rev-3', token);
    const connection = await controller.orchestrator('rev-3', { token: credential });
    await controller.database.goAway();
    await controller.database.comeBack();
    await controller.database.query(
      `ALTER TABLE orchestrator_credentials DISABLE TRIGGER orchestrator_credentials_announce_revocation`,
    );
    await controller.database.query(
      `UPDATE orchestrator_credentials SET revoked_at = now() WHERE orchestrator_id = 'rev-3'`,
    );
    await controller.database.query(
      `ALTER TABLE orchestrator_credentials ENABLE TRIGGER orchestrator_credentials_announce_revocation`,
    );
    await controller.database.cutConnections();
    await expect(connection.untilClosed()).resolves.toMatchObject({ code: CLOSE_CODES.badCredentials });
  });

  it('reaches a registration that was judged before it and answered after it', async () => {
    const credential = await enrolled(controller, 'rev-6', token);
    const unlock = await lockRows(controller.database, 'orchestrator_instances', `orchestrator_id = 'rev-6'`);
    const connection = await controller.connect();
    connection.send({ type: 'register', orchestrator_id: 'rev-6', token: credential });
    await untilBlocked(controller.database);
    await controller.api.revokeCredential('rev-6');
    await unlock();
    await expect(connection.untilClosed()).resolves.toMatchObject({ code: CLOSE_CODES.badCredentials });
  });

  it('does not affect others', async () => {
    const credential = await enrolled(controller, 'rev-4', token);
    const other = await enrolled(controller, 'rev-5', token);
    const first = await controller.orchestrator('rev-4', { token: credential });
    const second = await controller.orchestrator('rev-5', { token: other });
    await controller.api.revokeCredential('rev-4');
    await first.untilClosed();
    await waitUntil('the end is seen', async () => {
      return !(await controller.api.getOrchestrator('rev-4')).connected;
    });
    expect(second.isOpen).toBe(true);
  });
});
