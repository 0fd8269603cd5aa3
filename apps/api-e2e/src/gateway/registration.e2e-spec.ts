import { waitUntil } from '@moolai/testing';
import { eventsOf } from '../support/credentials.js';
import { useController } from '../support/use-controller.js';

describe('registration', () => {
  const controller = useController({
    env: { HEARTBEAT_INTERVAL_SEC: '7', HEARTBEAT_TTL_SEC: '21' },
  });

  it('answers with the handshake of the contract, then with the configuration', async () => {
    const orchestrator = await controller.connect();
    orchestrator.send({
      type: 'register',
      orchestrator_id: 'reg-1',
      organization_id: 'org-reg',
      name: 'First',
      version: '1.2.3',
      labels: { region: 'eu' },
      features: { streaming: true },
      capabilities: ['message_ack', 'from-the-future'],
      metadata: { host: 'h1' },
      config_version: 1,
      something_new: 'is tolerated',
    });

    const ack = await orchestrator.next('handshake_ack');
    expect(ack).toEqual({
      type: 'handshake_ack',
      success: true,
      orchestrator_id: 'reg-1',
      organization_id: 'org-reg',
      is_independent: false,
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      instance_id: expect.stringMatching(/-[0-9a-f]{6}$/) as unknown,
      heartbeat_interval_sec: 7,
      heartbeat_ttl_sec: 21,
      server_time: expect.stringMatching(/Z$/) as unknown,
      protocol_version: 1,
    });
    const provisioning = await orchestrator.next('provisioning');
    expect(provisioning).toEqual({
      type: 'provisioning',
      orchestrator_id: 'reg-1',
      config_version: 1,
      config_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      config: {
        features: { streaming: true },
        session_config: {},
        privacy_mode: false,
        monitoring_enabled: false,
      },
    });

    const stored = await controller.api.getOrchestrator('reg-1');
    expect(stored).toMatchObject({
      name: 'First',
      organization_id: 'org-reg',
      organization_name: 'org-reg',
      version: '1.2.3',
      labels: { region: 'eu' },
      status: 'active',
      connected: true,
      reported_config_version: 1,
      environment_variables: {},
    });
  });

  it('puts an orchestrator without organization_id into org-001, and leaves a known one where it is', async () => {
    const first = await controller.connect();
    await expect(first.register('reg-2')).resolves.toMatchObject({ organization_id: 'org-001' });
    const known = await controller.connect();
    await expect(known.register('reg-1')).resolves.toMatchObject({ organization_id: 'org-reg' });
  });

  it('refuses an organization that it does not belong to, and changes nothing', async () => {
    await controller.orchestrator('reg-3', { organization_id: 'org-a' });
    const thief = await controller.connect();
    thief.send({ type: 'register', orchestrator_id: 'reg-3', organization_id: 'org-b', name: 'Thief' });
    await expect(thief.next('handshake_ack')).resolves.toMatchObject({
      success: false,
      error: 'organization_mismatch',
    });
    await expect(thief.untilClosed()).resolves.toMatchObject({ code: 4400 });
    const stored = await controller.api.getOrchestrator('reg-3');
    expect(stored).toMatchObject({ organization_id: 'org-a', name: 'reg-3', connected: true });
  });

  it('refuses a deactivated organization', async () => {
    await controller.database.query(
      `INSERT INTO organizations (organization_id, name, is_active, status) VALUES ('org-off', 'Off', false, 'inactive')`,
    );
    const orchestrator = await controller.connect();
    orchestrator.send({ type: 'register', orchestrator_id: 'reg-off', organization_id: 'org-off' });
    await expect(orchestrator.next('handshake_ack')).resolves.toMatchObject({
      error: 'organization_inactive',
    });
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 4400 });
  });

  it('makes new orchestrators of an independent organization independent', async () => {
    await controller.database.query(
      `INSERT INTO organizations (organization_id, name, is_independent) VALUES ('org-free', 'Free', true)`,
    );
    const orchestrator = await controller.connect();
    await expect(orchestrator.register('reg-free', { organization_id: 'org-free' })).resolves.toMatchObject({
      is_independent: true,
    });
    await expect(controller.api.getOrchestrator('reg-free')).resolves.toMatchObject({
      status: 'independent',
      independence_source: 'organization',
      last_seen: null,
    });
  });

  it('replaces the older connection of the same orchestrator, and survives its late close', async () => {
    const old = await controller.orchestrator('reg-4');
    const young = await controller.orchestrator('reg-4');
    await expect(old.untilClosed()).resolves.toMatchObject({ code: 4409 });
    young.beat('reg-4');
    await waitUntil('the heartbeat of the younger one counts', async () => {
      const { heartbeats } = await controller.api.getOverview();
      return heartbeats.processed > 0;
    });
    const { items } = await controller.api.listConnectedOrchestrators();
    expect(items.filter((item) => item.orchestrator_id === 'reg-4')).toHaveLength(1);
    expect(young.isOpen).toBe(true);
  });

  it('reports in the activity and the status that a second process took the connection', async () => {
    const first = await controller.orchestrator('reg-twice');
    const second = await controller.orchestrator('reg-twice');
    await expect(first.untilClosed()).resolves.toMatchObject({ code: 4409 });
    const event = await waitUntil('the end of the first is told', async () => {
      return (await eventsOf(controller, 'orchestrator.disconnected', 'reg-twice'))[0];
    });
    expect(event.summary).toBe('reg-twice was replaced by a newer connection from 127.0.0.1.');
    expect(event.data).toMatchObject({ was_abnormal: false, replaced_by: '127.0.0.1' });
    const taken = await controller.api.getOrchestrator('reg-twice');
    expect(taken.status_reason).toMatch(/^It is connected, .* two may be using this id\.$/);

    // A process that reconnects after closing its own connection replaces none.
    await second.close();
    await waitUntil('it is away', async () => {
      return !(await controller.api.getOrchestrator('reg-twice')).connected;
    });
    const [last] = await eventsOf(controller, 'orchestrator.disconnected', 'reg-twice');
    expect(last).toMatchObject({ summary: 'reg-twice has left.', data: { replaced_by: null } });
    await controller.orchestrator('reg-twice');
    const back = await controller.api.getOrchestrator('reg-twice');
    expect(back.status_reason).not.toContain('two may be using');
  });

  it('processes frames right after the registration, in order', async () => {
    const orchestrator = await controller.connect();
    orchestrator.send({ type: 'register', orchestrator_id: 'reg-5' });
    orchestrator.send({
      type: 'recommendation',
      orchestrator_id: 'reg-5',
      client_message_id: 'r1',
      recommendation: { text: 'more memory' },
    });
    await expect(orchestrator.next('received')).resolves.toMatchObject({ client_message_id: 'r1' });
  });

  it('keeps one row when the same new orchestrator registers many times at once', async () => {
    const racers = await Promise.all(Array.from({ length: 10 }, () => controller.connect()));
    for (const racer of racers) racer.send({ type: 'register', orchestrator_id: 'reg-race' });
    await Promise.all(racers.map((racer) => racer.next('handshake_ack')));
    const rows = await controller.database.query(
      `SELECT 1 FROM orchestrator_instances WHERE orchestrator_id = 'reg-race'`,
    );
    expect(rows).toHaveLength(1);
    await waitUntil('one is left', () => racers.filter((racer) => racer.isOpen).length === 1);
  });

  it('merges fleet defaults, organization settings and own values into the configuration', async () => {
    await controller.database.query(
      `INSERT INTO fleet_configuration (id, defaults)
       VALUES (1, '{"features":{"a":1,"b":1},"session_config":{"max_tokens":100},"privacy_mode":true}')
       ON CONFLICT (id) DO UPDATE SET defaults = excluded.defaults`,
    );
    await controller.database.query(
      `INSERT INTO organizations (organization_id, name, settings)
       VALUES ('org-conf', 'Conf', '{"features":{"b":2,"c":2},"session_config":{"max_tokens":null}}')`,
    );
    const orchestrator = await controller.connect();
    await orchestrator.register('reg-conf', { organization_id: 'org-conf', features: { c: 3 } });
    const { config } = await orchestrator.next('provisioning');
    expect(config).toEqual({
      features: { a: 1, b: 2, c: 3 },
      session_config: {},
      privacy_mode: true,
      monitoring_enabled: false,
    });
  });
});

describe('registration with ORCHESTRATOR_AUTH=token', () => {
  const controller = useController({ env: { ORCHESTRATOR_AUTH: 'token' } });

  it('refuses registrations without a valid credential with 4401', async () => {
    const orchestrator = await controller.connect();
    orchestrator.send({ type: 'register', orchestrator_id: 'orch-001', token: 'guessed' });
    await expect(orchestrator.next('handshake_ack')).resolves.toMatchObject({
      success: false,
      error: 'unauthorized',
    });
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 4401 });
    await expect(controller.database.query('SELECT 1 FROM orchestrator_instances')).resolves.toEqual([]);
  });
});
