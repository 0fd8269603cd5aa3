import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { IndependenceResult, InternalHealth } from '@moolai/contracts';
import { newDataDir, TestDatabase, waitUntil, type ControllerProcess } from '@moolai/testing';
import { startOn } from '../support/process-on-database.js';

/** Orchestrators switched before: their files are larger than {@link ROOM_BYTES}. */
const SWITCHED = 500;
const ROOM_BYTES = 8_192;
const FILES = ['.env', 'controller_config.json', 'orchestrator_independence.json'];

describe('the files under CONTROLLER_CONFIG_DIR', () => {
  const dataDir = newDataDir();
  const configDir = join(dataDir, 'config');
  let controller: ControllerProcess;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create();
    controller = await startOn(database, dataDir);
    await database.query(`INSERT INTO organizations (organization_id, name) VALUES ('org-files', 'Files')`);
    await database.query(
      `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name)
       SELECT 'files-' || n, 'org-files', 'Files' FROM generate_series(1, ${SWITCHED}) AS n`,
    );
    await database.query('UPDATE orchestrator_instances SET is_independent = true');
    await waitUntil('the files have all of them', () => flags('true') === SWITCHED && records() === SWITCHED);
  }, 120_000);

  afterAll(async () => {
    await controller.stop();
    await database.drop();
  });

  const text = (name: string): string => readFileSync(join(configDir, name), 'utf8');
  const flags = (value: string): number => text('.env').split(`_INDEPENDENT=${value}\n`).length - 1;
  const records = (): number =>
    Object.keys(
      (JSON.parse(text('orchestrator_independence.json')) as { orchestrators: object }).orchestrators,
    ).length;

  async function put(id: string, isIndependent: boolean): Promise<IndependenceResult['persisted']> {
    const path = `/api/v1/internal/orchestrators/${id}/independence`;
    const response = await fetch(`http://127.0.0.1:${controller.port}${path}`, {
      method: 'PUT',
      headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
      body: JSON.stringify({ is_independent: isIndependent }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { data: IndependenceResult }).data.persisted;
  }

  async function health(): Promise<InternalHealth> {
    return controller.api.getInternalHealth();
  }

  /** Limits the size of files written by the controller's process, but not by its children. */
  function limitFileSize(bytes: number | 'unlimited'): void {
    execFileSync('prlimit', [`--fsize=${bytes}:unlimited`, '--pid', String(controller.pid)]);
  }

  it('keep the old content when a write is cut short, report it, and are written once possible', async () => {
    const before = FILES.map(text);
    // Not a full disk, which needs a mount and rights that a CI machine may not give, but the same for the process:
    // with a file size limit the kernel performs part of a write and reports no error.
    limitFileSize(ROOM_BYTES);
    await expect(put('files-1', false)).resolves.toEqual({
      database: true,
      env_file: false,
      json_file: false,
    });
    expect(FILES.map(text)).toEqual(before);
    expect(readdirSync(configDir).sort()).toEqual(FILES);

    const failing = await health();
    expect(failing).toMatchObject({
      status: 'ok',
      files: {
        status: 'failing',
        pending_since: expect.stringMatching(/Z$/) as string,
        error: expect.stringMatching(/^(\.env|orchestrator_independence\.json): EFBIG/) as string,
      },
    });
    expect((await controller.api.getHealth()).files).toEqual(failing.files);
    const metrics = await (await fetch(`http://127.0.0.1:${controller.port}/metrics`)).text();
    expect(metrics).toMatch(/moolai_file_pending_seconds\{file="\.env"\} 0*[1-9.]/);

    // The newest state is written in the end.
    await expect(put('files-2', false)).resolves.toMatchObject({ env_file: false, json_file: false });
    limitFileSize('unlimited');
    await waitUntil('all is well again', async () => (await health()).files.status === 'ok', 60_000);
    expect((await health()).files).toEqual({ status: 'ok', pending_since: null, error: null });
    expect(flags('true')).toBe(SWITCHED - 2);
    expect(flags('false')).toBe(2);
    expect(records()).toBe(SWITCHED);
    await expect(put('files-1', true)).resolves.toEqual({ database: true, env_file: true, json_file: true });
  }, 120_000);

  it('keep lines that an operator adds to .env while the controller runs', async () => {
    const added = '# on a ship\nPROXY=http://10.0.0.1:3128\nORCHESTRATOR_NOT_YET_INDEPENDENT=true\n';
    appendFileSync(join(configDir, '.env'), added);
    await put('files-3', false);
    expect(text('.env')).toContain(added);
    expect(text('.env')).toContain('ORCHESTRATOR_FILES_3_INDEPENDENT=false\n');
    // A known orchestrator's line follows the database, in place.
    const edited = text('.env').replace(
      'ORCHESTRATOR_FILES_4_INDEPENDENT=true',
      'ORCHESTRATOR_FILES_4_INDEPENDENT=false # ?',
    );
    writeFileSync(join(configDir, '.env'), edited);
    await put('files-3', true);
    expect(text('.env')).toContain('ORCHESTRATOR_FILES_4_INDEPENDENT=true # ?\n');
    expect(text('.env')).toContain(added);
  });

  it('are all written again when the directory is removed', async () => {
    const before = text('.env');
    rmSync(configDir, { recursive: true });
    await waitUntil('they are back', () => FILES.every((name) => existsSync(join(configDir, name))), 20_000);
    await waitUntil('all is well again', async () => (await health()).files.status === 'ok', 20_000);
    expect(text('.env')).toBe(before);
    expect(records()).toBe(SWITCHED);
    await expect(put('files-5', false)).resolves.toEqual({ database: true, env_file: true, json_file: true });
  });

  it('are all written again from the database when another directory replaces it', async () => {
    const document = JSON.parse(text('controller_config.json')) as {
      organizations: Record<string, { name: string }>;
    };
    const aside = `${configDir}.aside`;
    renameSync(configDir, aside);
    mkdirSync(configDir);
    const older = JSON.stringify({ ...document, defaults: { features: { from: 'another volume' } } });
    writeFileSync(join(configDir, 'controller_config.json'), older);
    writeFileSync(join(configDir, '.env'), '# of the other volume\nORCHESTRATOR_FILES_5_INDEPENDENT=true\n');
    writeFileSync(join(configDir, 'orchestrator_independence.json'), '{"orchestrators":{}}');
    await waitUntil(
      'the files are those of the database',
      () => {
        const { defaults } = JSON.parse(text('controller_config.json')) as { defaults: object };
        return records() === SWITCHED && flags('false') > 0 && Object.keys(defaults).length === 0;
      },
      20_000,
    );
    expect(text('.env')).toContain('# of the other volume\n');
    expect(text('.env')).toContain('ORCHESTRATOR_FILES_5_INDEPENDENT=false\n');
    expect(text('controller_config.json.refused')).toBe(older);
    expect((await controller.api.getFleetConfiguration()).defaults).toEqual({});

    // The new directory is watched for manual edits like the old one.
    document.organizations['org-files'] = { ...document.organizations['org-files'], name: 'By hand' };
    writeFileSync(join(configDir, 'controller_config.json'), JSON.stringify(document));
    await waitUntil(
      'a hand edit is in force',
      async () => {
        const { name } = await controller.api.getOrganization('org-files');
        return name === 'By hand';
      },
      20_000,
    );
  });
});
