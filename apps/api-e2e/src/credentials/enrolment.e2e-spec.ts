import { waitUntil } from '@moolai/testing';
import { credentialOf, enrol, enrolled, enrolmentToken, eventsOf, refusal } from '../support/credentials.js';
import { useController } from '../support/use-controller.js';

describe('enrolment', () => {
  const controller = useController({ env: { ORCHESTRATOR_AUTH: 'token' } });

  async function usesOf(id: number): Promise<number> {
    const { items } = await controller.api.listEnrolmentTokens({ page_size: 200 });
    return items.find((token) => token.id === id)?.uses ?? -1;
  }

  it("admits to the token's organization only, and issues a credential for later registrations", async () => {
    const { id, token } = await enrolmentToken(controller, 'org-a');
    const { connection, credential } = await enrol(controller, 'enrol-1', token);
    expect(credential).toMatch(/^moc_[\w-]{43}$/);
    await connection.close();
    const again = await controller.connect();
    const ack = await again.register('enrol-1', { token: credential });
    expect(ack).toMatchObject({ organization_id: 'org-a' });
    expect(ack).not.toHaveProperty('credential');
    await expect(usesOf(id)).resolves.toBe(1);
    await expect(refusal(controller, 'enrol-2', { token, organization_id: 'org-b' })).resolves.toMatchObject({
      error: 'organization_mismatch',
      code: 4400,
    });
    await expect(usesOf(id)).resolves.toBe(1);
  });

  it('accepts token and credential in the upgrade request as well', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    const first = await controller.connect({ headers: { authorization: `Bearer ${token}` } });
    const { credential = '' } = await first.register('enrol-3');
    await first.close();
    const second = await controller.connect({ headers: { authorization: `Bearer ${credential}` } });
    await expect(second.register('enrol-3')).resolves.toMatchObject({ success: true });
  });

  it('stores hashes only, and shows no secret again', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    const { credential } = await enrol(controller, 'enrol-4', token);
    const dump = await controller.database.query(
      `SELECT t::text FROM enrolment_tokens t UNION ALL SELECT c::text FROM orchestrator_credentials c
       UNION ALL SELECT o::text FROM orchestrator_instances o`,
    );
    const list = await controller.api.listEnrolmentTokens();
    const detail = await controller.api.getOrchestrator('enrol-4');
    const activity = await controller.api.listActivity({ page_size: 200 });
    const everything = JSON.stringify([dump, list, detail, activity]) + controller.log.text();
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(credential);
    expect(everything).not.toContain(credential.slice(8));
  });

  it.each([
    ['unknown', async () => Promise.resolve('moe_guessed'), 'unauthorized'],
    [
      'expired',
      async () => {
        const { id, token } = await enrolmentToken(controller, 'org-a');
        await controller.database.query('UPDATE enrolment_tokens SET expires_at = now() WHERE id = $1', [id]);
        return token;
      },
      'enrolment_token_expired',
    ],
    [
      'revoked',
      async () => {
        const { id, token } = await enrolmentToken(controller, 'org-a');
        await controller.api.revokeEnrolmentToken(id);
        return token;
      },
      'enrolment_token_revoked',
    ],
    [
      'used up',
      async () => {
        const { token } = await enrolmentToken(controller, 'org-a', { max_uses: 1 });
        await enrol(controller, 'enrol-uses-it-up', token);
        return token;
      },
      'enrolment_token_used_up',
    ],
  ])('refuses a token that is %s, and records that', async (what, makeToken, error) => {
    const id = `enrol-${what.replace(' ', '-')}`;
    await expect(refusal(controller, id, { token: await makeToken() })).resolves.toMatchObject({
      error,
      code: 4401,
    });
    await controller.api.getOrchestrator(id).expect(404);
    const [event] = await eventsOf(controller, 'orchestrator.refused', id);
    expect(event?.data).toMatchObject({ error, remote_address: '127.0.0.1' });
  });

  it('never exceeds the limit of a token, however many enrol at once', async () => {
    const { id, token } = await enrolmentToken(controller, 'org-a', { max_uses: 3 });
    const ids = Array.from({ length: 12 }, (_, index) => `enrol-crowd-${index}`);
    const answers = await Promise.all(
      ids.map(async (orchestratorId) => {
        const connection = await controller.connect();
        connection.send({ type: 'register', orchestrator_id: orchestratorId, token });
        return connection.next('handshake_ack');
      }),
    );
    expect(answers.filter(({ success }) => success)).toHaveLength(3);
    const refused = answers.flatMap((answer) => (answer.success ? [] : [answer.error]));
    expect(new Set(refused)).toEqual(new Set(['enrolment_token_used_up']));
    const rows = await controller.database.query(
      `SELECT 1 FROM orchestrator_instances WHERE orchestrator_id LIKE 'enrol-crowd-%'`,
    );
    expect(rows).toHaveLength(3);
    await expect(usesOf(id)).resolves.toBe(3);
  });

  it('lets one of two machines win that enrol as the same new orchestrator', async () => {
    const { id, token } = await enrolmentToken(controller, 'org-a');
    const racers = await Promise.all([1, 2, 3, 4, 5].map(() => controller.connect()));
    for (const racer of racers) racer.send({ type: 'register', orchestrator_id: 'enrol-race', token });
    const answers = await Promise.all(racers.map((racer) => racer.next('handshake_ack')));
    const winners = answers.filter((answer) => answer.success);
    expect(winners).toHaveLength(1);
    await waitUntil('the others are closed', () => racers.filter((racer) => racer.isOpen).length === 1);
    await expect(usesOf(id)).resolves.toBe(1);
    const { credential } = winners[0] as { credential: string };
    const winner = await controller.connect();
    await expect(winner.register('enrol-race', { token: credential })).resolves.toMatchObject({
      success: true,
    });
  });

  it('issues a credential again if the first one never arrived, for the same use of the token', async () => {
    const { id, token } = await enrolmentToken(controller, 'org-a', { max_uses: 1 });
    const { connection, credential: lost } = await enrol(controller, 'enrol-lost', token);
    connection.crash();
    await untilGone('enrol-lost');
    const { connection: second, credential } = await enrol(controller, 'enrol-lost', token);
    await expect(usesOf(id)).resolves.toBe(1);
    await second.close();
    await untilGone('enrol-lost');
    const third = await controller.connect();
    await third.register('enrol-lost', { token: credential });
    await third.close();
    await expect(refusal(controller, 'enrol-lost', { token: lost })).resolves.toMatchObject({
      error: 'unauthorized',
    });
  });

  it('does not replace a credential that was presented', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    const credential = await enrolled(controller, 'enrol-taken', token);
    await untilGone('enrol-taken');
    await expect(refusal(controller, 'enrol-taken', { token })).resolves.toMatchObject({
      error: 'unauthorized',
      code: 4401,
    });
    const owner = await controller.connect();
    await expect(owner.register('enrol-taken', { token: credential })).resolves.toMatchObject({
      success: true,
    });
  });

  it('does not replace an acknowledged credential either', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    const { connection, credential } = await enrol(controller, 'enrol-acked', token);
    connection.send({ type: 'credential_ack', orchestrator_id: 'enrol-acked', credential });
    await waitUntil('it is confirmed', async () => {
      const rows = await controller.database.query(
        `SELECT 1 FROM orchestrator_credentials WHERE orchestrator_id = 'enrol-acked' AND confirmed_at IS NOT NULL`,
      );
      return rows.length === 1;
    });
    await connection.close();
    await untilGone('enrol-acked');
    await expect(refusal(controller, 'enrol-acked', { token })).resolves.toMatchObject({
      error: 'unauthorized',
    });
  });

  it('enrols an orchestrator that was created before, and keeps its description', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    await controller.api.createOrchestrator({
      orchestrator_id: 'enrol-known',
      organization_id: 'org-a',
      name: 'Known',
    });
    await expect(refusal(controller, 'enrol-known')).resolves.toMatchObject({ error: 'unauthorized' });
    await enrol(controller, 'enrol-known', token);
    const detail = await controller.api.getOrchestrator('enrol-known');
    expect(detail).toMatchObject({ name: 'Known', credential: { has_credential: true } });
  });

  it('refuses the id of another organization, and records it there', async () => {
    const mine = await enrolmentToken(controller, 'org-a');
    const theirs = await enrolmentToken(controller, 'org-b');
    await enrol(controller, 'enrol-theirs', theirs.token);
    await expect(refusal(controller, 'enrol-theirs', { token: mine.token })).resolves.toMatchObject({
      error: 'organization_mismatch',
    });
    const [event] = await eventsOf(controller, 'orchestrator.refused', 'enrol-theirs');
    expect(event).toMatchObject({ organization_id: 'org-b', actor: 'orchestrator' });
  });

  it('refuses an orchestrator with the credential of another', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    const credential = await enrolled(controller, 'enrol-thief', token);
    await enrol(controller, 'enrol-victim', token);
    await expect(refusal(controller, 'enrol-victim', { token: credential })).resolves.toMatchObject({
      error: 'unauthorized',
      code: 4401,
    });
    await expect(eventsOf(controller, 'orchestrator.refused', 'enrol-victim')).resolves.toHaveLength(1);
  });

  it('leaves last_seen of an independent orchestrator frozen', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    const credential = await enrolled(controller, 'enrol-frozen', token);
    await untilGone('enrol-frozen');
    await controller.switchIndependence('enrol-frozen', true);
    const before = await controller.api.getOrchestrator('enrol-frozen');
    const again = await controller.orchestrator('enrol-frozen', {
      token: credential,
      capabilities: ['credential_rotation'],
    });
    await controller.api.rotateCredential('enrol-frozen');
    await again.next('credential_update');
    await controller.api.revokeCredential('enrol-frozen');
    await again.untilClosed();
    const fresh = await enrolmentToken(controller, 'org-a');
    await enrol(controller, 'enrol-frozen', fresh.token);
    const after = await controller.api.getOrchestrator('enrol-frozen');
    expect(after.last_seen).toBe(before.last_seen);
    expect(after.is_independent).toBe(true);
  });

  it('shows the state of the credential, and nothing more', async () => {
    const { token } = await enrolmentToken(controller, 'org-a');
    await enrolled(controller, 'enrol-state', token);
    await expect(credentialOf(controller, 'enrol-state')).resolves.toEqual({
      has_credential: true,
      issued_at: expect.stringMatching(/Z$/) as unknown,
      last_used_at: expect.stringMatching(/Z$/) as unknown,
      rotation_pending: false,
      revoked_at: null,
      revoked_by: null,
    });
  });

  function untilGone(id: string): Promise<unknown> {
    return waitUntil(`${id} is gone`, async () => {
      return !(await controller.api.getOrchestrator(id)).connected;
    });
  }
});

describe('a controller that is open', () => {
  const controller = useController();

  it('still requires a credential from orchestrators that have one', async () => {
    const { token } = await enrolmentToken(controller, 'org-001');
    const { connection, credential } = await enrol(controller, 'open-1', token);
    await connection.close();
    await expect(refusal(controller, 'open-1')).resolves.toMatchObject({ error: 'unauthorized', code: 4401 });
    await expect(refusal(controller, 'open-1', { token: 'guessed' })).resolves.toMatchObject({
      error: 'unauthorized',
    });
    const owner = await controller.connect();
    await expect(owner.register('open-1', { token: credential })).resolves.toMatchObject({ success: true });
  });

  it('admits all others whatever they present, and issues credentials on enrolment', async () => {
    const first = await controller.connect();
    const ack = await first.register('open-2', { token: 'of another controller' });
    expect(ack).not.toHaveProperty('credential');
    await first.close();
    const { token } = await enrolmentToken(controller, 'org-001');
    const { credential } = await enrol(controller, 'open-2', token);
    expect(credential).toMatch(/^moc_/);
    await expect(refusal(controller, 'open-2')).resolves.toMatchObject({ error: 'unauthorized' });
  });
});
