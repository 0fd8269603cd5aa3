import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Orchestrator, Overview } from '@moolai/contracts';
import { waitUntil, wrong } from '@moolai/testing';
import { TestController, TOKEN } from '../support/test-controller.js';
import { useController, useControllerPerTest } from '../support/use-controller.js';

interface Row extends Record<string, unknown> {
  is_independent: boolean;
  last_seen: Date | null;
  status: string;
}

describe('independence', () => {
  const controller = useController();

  async function row(id: string): Promise<Row> {
    const rows = await controller.database.query<Row>(
      'SELECT is_independent, last_seen, status FROM orchestrator_instances WHERE orchestrator_id = $1',
      [id],
    );
    const [first] = rows;
    if (!first) throw new Error(`no row of ${id}`);
    return first;
  }

  function view(id: string): Promise<Orchestrator> {
    return controller.api.getOrchestrator(id);
  }

  async function heartbeats(): Promise<Overview['heartbeats']> {
    return (await controller.api.getOverview()).heartbeats;
  }

  /** Sends a heartbeat, waits until it was counted, and returns its kind. */
  async function beatAndSee(beat: () => void): Promise<'processed' | 'ignored'> {
    const before = await heartbeats();
    beat();
    return waitUntil('the heartbeat is counted', async () => {
      const now = await heartbeats();
      if (now.processed > before.processed) return 'processed' as const;
      return now.ignored > before.ignored ? ('ignored' as const) : undefined;
    });
  }

  it('moves last_seen with a heartbeat, in memory and in the database', async () => {
    const orchestrator = await controller.orchestrator('ind-1');
    const registered = (await row('ind-1')).last_seen;
    await expect(beatAndSee(() => orchestrator.beat('ind-1'))).resolves.toBe('processed');
    const { last_seen } = await view('ind-1');
    expect(Date.parse(last_seen ?? '')).toBeGreaterThan(registered?.getTime() ?? Infinity);
    await waitUntil('the database has it too', async () => {
      return (await row('ind-1')).last_seen?.toISOString() === last_seen;
    });
    expect(controller.log.messages()).toContain('[C-OCS] Processing heartbeat from orchestrator ind-1');
  });

  it('ignores the very next heartbeat after a switch by REST, in memory, database and files', async () => {
    const orchestrator = await controller.orchestrator('ind-2');
    await beatAndSee(() => orchestrator.beat('ind-2'));
    // Memory is ahead of the table; its value is the one to freeze.
    const { last_seen: inMemory } = await view('ind-2');
    const answer = await controller.api
      .switchIndependence('ind-2', {
        is_independent: true,
      })
      .answer();
    expect(answer.data).toEqual({
      orchestrator_id: 'ind-2',
      is_independent: true,
      changed: true,
      previous: { is_independent: false, source: null, reason: null, expires_at: null },
      persisted: { database: true, env_file: true, json_file: true },
    });
    const frozen = await view('ind-2');
    expect(frozen.last_seen).toBe(inMemory);
    expect(frozen).toMatchObject({ status: 'independent', independence_source: 'own', connected: true });
    expect((await row('ind-2')).last_seen?.toISOString()).toBe(frozen.last_seen);

    await expect(beatAndSee(() => orchestrator.beat('ind-2'))).resolves.toBe('ignored');
    await expect(
      beatAndSee(() => orchestrator.beat('ind-2', { health_status: { status: 'error' } })),
    ).resolves.toBe('ignored');
    // Another orchestrator's heartbeat reaches the database, so a flush has passed since.
    const other = await controller.orchestrator('ind-2-other');
    await beatAndSee(() => other.beat('ind-2-other'));
    const seen = (await view('ind-2-other')).last_seen;
    await waitUntil(
      'a flush has passed',
      async () => (await row('ind-2-other')).last_seen?.toISOString() === seen,
    );
    await expect(view('ind-2')).resolves.toMatchObject({
      last_seen: frozen.last_seen,
      last_activity: frozen.last_activity,
      health_status: {},
      updated_at: frozen.updated_at,
    });
    expect(await row('ind-2')).toMatchObject({ is_independent: true, status: 'independent' });
    expect((await row('ind-2')).last_seen?.toISOString()).toBe(frozen.last_seen);
    expect(controller.log.messages()).toContain(
      '[C-OCS] Ignoring heartbeat from independent orchestrator ind-2',
    );

    const { items } = await controller.api.listConnectedOrchestrators();
    expect(items.find((item) => item.orchestrator_id === 'ind-2')).toMatchObject({
      is_independent: true,
      status: 'independent',
      last_seen: frozen.last_seen,
    });
  });

  it('keeps last_seen frozen through a new registration', async () => {
    const orchestrator = await controller.orchestrator('ind-3');
    await controller.switchIndependence('ind-3', true);
    const frozen = (await view('ind-3')).last_seen;
    await orchestrator.close();
    const again = await controller.connect();
    await expect(again.register('ind-3')).resolves.toMatchObject({ is_independent: true });
    await expect(again.next('provisioning')).resolves.toMatchObject({ orchestrator_id: 'ind-3' });
    expect((await view('ind-3')).last_seen).toBe(frozen);
    await expect(beatAndSee(() => again.beat('ind-3'))).resolves.toBe('ignored');
  });

  it('processes the very next heartbeat after it is switched off, and is active immediately', async () => {
    const orchestrator = await controller.orchestrator('ind-4');
    await controller.switchIndependence('ind-4', true);
    await controller.switchIndependence('ind-4', false);
    await expect(view('ind-4')).resolves.toMatchObject({ status: 'active', independence_source: null });
    await expect(beatAndSee(() => orchestrator.beat('ind-4'))).resolves.toBe('processed');
  });

  it('follows a switch by SQL directly in the table, both ways', async () => {
    const orchestrator = await controller.orchestrator('ind-5');
    const flag = async (isIndependent: boolean): Promise<void> => {
      await controller.database.query(
        `UPDATE orchestrator_instances SET is_independent = $1 WHERE orchestrator_id = 'ind-5'`,
        [isIndependent],
      );
      await waitUntil(
        'memory has heard of it',
        async () => (await view('ind-5')).is_independent === isIndependent,
      );
    };
    await flag(true);
    await expect(beatAndSee(() => orchestrator.beat('ind-5'))).resolves.toBe('ignored');
    expect((await view('ind-5')).last_seen).toBe((await row('ind-5')).last_seen?.toISOString());
    await waitUntil('the file has it', () => envFile().includes('ORCHESTRATOR_IND_5_INDEPENDENT=true'));
    await flag(false);
    await expect(beatAndSee(() => orchestrator.beat('ind-5'))).resolves.toBe('processed');
    await waitUntil('the file has it', () => envFile().includes('ORCHESTRATOR_IND_5_INDEPENDENT=false'));
  });

  it('follows a switch made while its listening connection was lost', async () => {
    const orchestrator = await controller.orchestrator('ind-6');
    await controller.database.query(
      `WITH lost AS (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'moolai-controller-listener')
       UPDATE orchestrator_instances SET is_independent = true
       WHERE orchestrator_id = 'ind-6' AND (SELECT count(*) FROM lost) >= 0`,
    );
    await waitUntil('memory has read it again', async () => (await view('ind-6')).status === 'independent');
    await waitUntil('the file has it', () => envFile().includes('ORCHESTRATOR_IND_6_INDEPENDENT=true'));
    await expect(beatAndSee(() => orchestrator.beat('ind-6'))).resolves.toBe('ignored');
  });

  it('ends with the last of many quick switches in memory, database and files', async () => {
    const orchestrator = await controller.orchestrator('ind-7');
    for (let turn = 0; turn < 10; turn += 1) {
      await controller.switchIndependence('ind-7', turn % 2 === 0);
      const expected = turn % 2 === 0 ? 'ignored' : 'processed';
      await expect(beatAndSee(() => orchestrator.beat('ind-7'))).resolves.toBe(expected);
    }
    expect((await row('ind-7')).is_independent).toBe(false);
    expect(envFile()).toContain('ORCHESTRATOR_IND_7_INDEPENDENT=false');
  });

  it('is written to the files even if the first switch changes nothing', async () => {
    await (await controller.orchestrator('ind-first')).close();
    await expect(
      controller.api.switchIndependence('ind-first', { is_independent: false }),
    ).resolves.toMatchObject({
      changed: false,
      persisted: { env_file: true, json_file: true },
    });
    expect(envFile()).toContain('ORCHESTRATOR_IND_FIRST_INDEPENDENT=false');
    const text = readFileSync(join(controller.settings.configDir, 'orchestrator_independence.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ orchestrators: { 'ind-first': { is_independent: false } } });
    const { items } = await controller.api.listAuditEntries({
      action: 'independence.changed',
      target_id: 'ind-first',
    });
    expect(items).toEqual([]);
  });

  it('answers 404 for an unknown orchestrator, 400 for an invalid body, and requires credentials', async () => {
    await controller.api.switchIndependence('nobody', { is_independent: true }).expect(404);
    await controller.api.switchIndependence('ind-1', wrong({ is_independent: 'yes' })).expect(400);
    await controller.api.switchIndependence('ind-1', wrong({ is_independent: true, extra: 1 })).expect(400);
    await controller.anonymous.put('/api/v1/internal/orchestrators/ind-1/independence').expect(401);
    await controller.anonymous
      .put('/api/v1/internal/orchestrators/ind-1/independence')
      .auth(`${TOKEN}x`, { type: 'bearer' })
      .expect(403);
  });

  function envFile(): string {
    return readFileSync(join(controller.settings.configDir, '.env'), 'utf8');
  }
});

describe('independence in files', () => {
  const controller = useControllerPerTest();

  it('is restored from the files when the database is lost, with organization and flag', async () => {
    await controller.orchestrator('file-1', { organization_id: 'org-files' });
    await controller.orchestrator('file-2', { organization_id: 'org-files' });
    await controller.switchIndependence('file-1', true);
    const { configDir } = controller.settings;
    await controller.close();
    const document = JSON.parse(readFileSync(join(configDir, 'controller_config.json'), 'utf8')) as object;
    expect(document).toMatchObject({
      organizations: { 'org-files': { orchestrators: ['file-1', 'file-2'], is_independent: false } },
    });
    const remembered = JSON.parse(
      readFileSync(join(configDir, 'orchestrator_independence.json'), 'utf8'),
    ) as object;
    expect(remembered).toEqual({
      orchestrators: {
        'file-1': {
          is_independent: true,
          updated_at: expect.stringMatching(/Z$/) as unknown,
          updated_by: 'dev-token@controller',
        },
      },
    });

    const second = await TestController.start({ env: { CONTROLLER_CONFIG_DIR: configDir } });
    const { items } = await second.api.listOrchestrators();
    expect(items.map((item) => [item.orchestrator_id, item.organization_id, item.is_independent])).toEqual([
      ['file-1', 'org-files', true],
      ['file-2', 'org-files', false],
    ]);
    const orchestrator = await second.connect();
    await expect(orchestrator.register('file-1')).resolves.toMatchObject({ is_independent: true });
    await second.dispose();
  });

  it('follows the database if the files differ, and rewrites them', async () => {
    await controller.orchestrator('file-3');
    await controller.switchIndependence('file-3', true);
    await controller.close();
    const env = join(controller.settings.configDir, '.env');
    writeFileSync(
      env,
      '# mine\nORCHESTRATOR_FILE_3_INDEPENDENT=false\nORCHESTRATOR_LATER_INDEPENDENT=true\n',
    );
    await controller.reopen();
    await expect(controller.api.getOrchestrator('file-3')).resolves.toMatchObject({
      is_independent: true,
    });
    expect(readFileSync(env, 'utf8')).toBe(
      '# mine\nORCHESTRATOR_FILE_3_INDEPENDENT=true\nORCHESTRATOR_LATER_INDEPENDENT=true\n',
    );
    const later = await controller.connect();
    await expect(later.register('later')).resolves.toMatchObject({ is_independent: true });
  });

  it('starts with files that are not JSON, and names them in the log', async () => {
    const { configDir } = controller.settings;
    await controller.close();
    writeFileSync(join(configDir, 'orchestrator_independence.json'), '{"orchestrators":');
    writeFileSync(join(configDir, 'controller_config.json'), '[]');
    await controller.reopen();
    expect(controller.log.text()).toContain('orchestrator_independence.json');
    expect(controller.log.text()).toContain('controller_config.json');
  });

  it('answers which place does not hold the switch when a file cannot be written', async () => {
    await controller.orchestrator('file-4');
    // A directory instead of the file, which stops root too, unlike permissions.
    const env = join(controller.settings.configDir, '.env');
    rmSync(env);
    mkdirSync(join(env, 'in-the-way'), { recursive: true });
    const { persisted } = await controller.api.switchIndependence('file-4', { is_independent: true });
    expect(persisted).toEqual({
      database: true,
      env_file: false,
      json_file: true,
    });
  });
});
