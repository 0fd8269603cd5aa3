import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupsService } from '@moolai/api';
import type { Backup, Backups } from '@moolai/contracts';
import { FakeClock, newDataDir, waitUntil } from '@moolai/testing';
import pg from 'pg';
import { Blockade } from '../audit/blockade.js';
import { Figures } from '../support/exposition.js';
import { useController, useControllerPerTest } from '../support/use-controller.js';

const HOUR_MS = 3_600_000;
const BACKUP_LOCK = 8_765_004;

describe('scheduled backups and backups through REST', () => {
  let service: BackupsService;
  let clock: FakeClock;
  let dir: string;

  beforeEach(() => {
    dir = newDataDir();
    clock = new FakeClock();
  });

  const controller = useControllerPerTest(() => ({
    clock,
    env: { BACKUP_DIR: dir, BACKUP_KEEP_COUNT: '2' },
  }));

  beforeEach(() => {
    service = controller.nest.get(BackupsService);
  });

  function list(): Promise<Backups> {
    return controller.api.listBackups();
  }

  async function archives(): Promise<string[]> {
    return Promise.resolve(readdirSync(dir).filter((name) => /\.tar\.gz$/.test(name)));
  }

  it('are made when due, verified, and removed when expired', async () => {
    await expect(list()).resolves.toMatchObject({ enabled: true, running: false, items: [] });
    await service.runScheduled();
    const { items, next_at, last_error } = await list();
    expect(last_error).toBeNull();
    expect(items).toEqual([
      expect.objectContaining({ verification: 'verified', method: 'copy', encrypted: false, detail: null }),
    ]);
    expect(items[0]?.rows).toBeGreaterThan(0);
    expect(next_at).toBe(new Date(clock.nowMs() + 24 * HOUR_MS).toISOString());

    clock.advance(24 * HOUR_MS - 1);
    await service.runScheduled();
    expect(await archives()).toHaveLength(1);
    for (let day = 1; day <= 3; day += 1) {
      clock.advance(day === 1 ? 1 : 24 * HOUR_MS);
      await service.runScheduled();
    }
    const kept = await list();
    expect(kept.items.map(({ created_at }) => created_at.slice(0, 10))).toEqual(['2026-01-04', '2026-01-03']);
    expect(readdirSync(dir)).toHaveLength(4);
  });

  it('are started by a user, recorded in the audit log, one at a time', async () => {
    const response = await controller.api.startBackup().expect(202);
    expect(response.data.running).toBe(true);
    await controller.api.startBackup();
    const [backup] = await waitUntil('it is made', async () => {
      const { running, items } = await list();
      return !running && items;
    });
    expect(backup).toMatchObject({ verification: 'verified' });
    expect(await archives()).toEqual([backup?.name]);
    const entries = await controller.api.listAuditEntries({ action: 'backup.started' });
    expect(entries.items).toEqual([
      expect.objectContaining({
        target_type: 'backup',
        target_id: backup?.name,
        actor_kind: 'dev_token',
        request_id: response.headers['x-request-id'],
        after: { name: backup?.name, encrypted: false },
      }),
    ]);
  });

  it('are not started if the start cannot be recorded', async () => {
    const blockade = await Blockade.of(controller.database);
    await blockade.ofRecords(async () => {
      await controller.api.startBackup().expect(500);
    });
    await expect(list()).resolves.toMatchObject({ running: false, items: [] });
  });

  it('are not verified if the copy differs, with the reason', async () => {
    await controller.database.query('CREATE TABLE of_somebody_else AS SELECT 1 AS x');
    await service.runScheduled();
    const { items, last_error } = await list();
    expect(items[0]).toMatchObject({ verification: 'failed' });
    expect(items[0]?.detail).toContain('of_somebody_else');
    expect(last_error?.detail).toContain('of_somebody_else');
    expect(controller.log.messages()).toContain('the backup failed');
  });

  it('keep the last good one however old it is, and retry an hour after a failure', async () => {
    await service.runScheduled();
    const [good] = (await list()).items;
    await controller.database.query('CREATE TABLE of_somebody_else AS SELECT 1 AS x');
    for (let day = 1; day <= 3; day += 1) {
      clock.advance(40 * 24 * HOUR_MS);
      await service.runScheduled();
    }
    const { items, next_at } = await list();
    expect(items).toHaveLength(2);
    expect(items.at(-1)).toEqual(good);
    expect(Date.parse(next_at ?? '')).toBe(clock.nowMs() + 24 * HOUR_MS);
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'no directory');
    clock.advance(24 * HOUR_MS);
    await service.runScheduled();
    await expect(list()).resolves.toMatchObject({
      items: [],
      last_error: { detail: expect.stringContaining('ENOTDIR') as string },
    });
    rmSync(dir);
    await expect(list()).resolves.toMatchObject({
      items: [],
      last_error: { detail: expect.stringContaining('ENOTDIR') as string },
      next_at: new Date(clock.nowMs() + HOUR_MS).toISOString(),
    });
  });

  it('leave files of a running process alone, and remove incomplete files of dead ones', async () => {
    const partial = join(dir, 'moolai-backup-2025-01-01T00-00-00-000Z.tar.gz.partial');
    writeFileSync(partial, 'half');
    const other = new pg.Client(controller.database.connection);
    await other.connect();
    await other.query('SELECT pg_advisory_lock($1)', [BACKUP_LOCK]);
    await service.runScheduled();
    expect(await archives()).toEqual([]);
    expect(existsSync(partial)).toBe(true);
    await other.end();
    await waitUntil('its lock is gone', async () => {
      await service.runScheduled();
      return (await archives()).length === 1;
    });
    expect(existsSync(partial)).toBe(false);
  });

  it('are reported in metrics: age of the last good one, size of the newest, number of failures', async () => {
    const figures = async (): Promise<Record<string, number | undefined>> => {
      const present = await Figures.of(controller);
      return {
        interval: present.value('moolai_backup_interval_seconds'),
        good: present.value('moolai_backup_last_verified_timestamp_seconds'),
        isGood: present.value('moolai_backup_last_verified'),
        size: present.value('moolai_backup_last_size_bytes'),
        verified: present.value('moolai_backups_total', { result: 'verified' }),
        failed: present.value('moolai_backups_total', { result: 'failed' }),
      };
    };
    const interval = (24 * HOUR_MS) / 1_000;
    const none = { interval, good: 0, isGood: 0, size: 0, verified: 0, failed: 0 };
    await expect(figures()).resolves.toEqual(none);
    await service.runScheduled();
    const [first] = (await list()).items;
    const good = clock.nowMs() / 1_000;
    const size = first?.size_bytes;
    await expect(figures()).resolves.toEqual({ interval, good, isGood: 1, size, verified: 1, failed: 0 });

    await controller.database.query('CREATE TABLE of_somebody_else AS SELECT 1 AS x');
    clock.advance(24 * HOUR_MS);
    await service.runScheduled();
    const [second] = (await list()).items;
    expect(second?.verification).toBe('failed');
    await expect(figures()).resolves.toMatchObject({ good, isGood: 0, size: second?.size_bytes, failed: 1 });

    // Another process reports them too, and detects an unmounted disk.
    await controller.restart({ clock, env: { BACKUP_DIR: dir } });
    await expect(figures()).resolves.toMatchObject({ good, isGood: 0, verified: 0, failed: 0 });
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'no directory');
    await expect(figures()).resolves.toEqual(none);
  });

  it('are listed from their names if the metadata is missing', async () => {
    await service.runScheduled();
    const [name = ''] = await archives();
    rmSync(join(dir, `${name}.json`));
    const [backup] = (await list()).items as [Backup];
    expect(backup).toMatchObject({ name, created_at: clock.now().toISOString(), verification: 'pending' });
  });
});

describe('a controller without BACKUP_DIR', () => {
  const controller = useController();

  it('makes none, and reports that', async () => {
    await controller.nest.get(BackupsService).runScheduled();
    const { samples } = await Figures.of(controller);
    expect(samples.filter(({ name }) => name.startsWith('moolai_backup_'))).toEqual([]);
    await expect(controller.api.listBackups()).resolves.toMatchObject({
      enabled: false,
      next_at: null,
      items: [],
    });
    const { error } = await controller.api.startBackup().expect(409);
    expect(error).toMatchObject({
      detail: 'BACKUP_DIR is not set: there is no place for backups.',
    });
  });
});
