import type { Backup, Backups } from '@moolai/contracts';
import { NOW_MS, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { click, pass } from '../../../testing/gestures';
import { openPage } from '../../../testing/open-page';
import { allByRole, byRole, factOf, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { backupsRoutes } from './backups.routes';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'backups', children: backupsRoutes }] }];

function backup(overrides: Partial<Backup> = {}): Backup {
  return {
    name: 'moolai-backup-2026-03-01T02-00-00-000Z.tar.gz.enc',
    created_at: secondsAgo(36_000),
    size_bytes: 48_213,
    sha256: 'a'.repeat(64),
    encrypted: true,
    method: 'copy',
    tables: 21,
    rows: 12_345,
    verification: 'verified',
    verified_at: secondsAgo(35_990),
    detail: null,
    ...overrides,
  };
}

function backups(overrides: Partial<Backups> = {}): Backups {
  return {
    enabled: true,
    interval_hours: 24,
    keep_count: 14,
    keep_days: 30,
    encrypted: true,
    running: false,
    next_at: secondsAgo(-50_400),
    last_error: null,
    items: [],
    ...overrides,
  };
}

/** Opens the page before the controller has answered. */
function openUnanswered(): Promise<FakeController> {
  const kept = storedSession({ user: user({ role: 'superadmin' }), receivedAtMs: NOW_MS });
  return openPage(ROUTES, '/backups', kept);
}

async function open(known: Backups): Promise<FakeController> {
  const controller = await openUnanswered();
  await controller.answer(API.listBackups, known);
  return controller;
}

describe('BackupsPage', () => {
  it('shows the contents and verification of each backup', async () => {
    const failed = backup({
      name: 'moolai-backup-2026-03-01T08-00-00-000Z.tar.gz',
      created_at: secondsAgo(14_400),
      encrypted: false,
      verification: 'failed',
      verified_at: null,
      detail: 'The table messages has 7 rows instead of 8.',
    });
    await open(backups({ items: [failed, backup()] }));

    expect(factOf('Last backup')).toBe('4 hours ago');
    expect(factOf('Last verified')).toBe('10 hours ago');
    expect(factOf('Next backup')).toBe('in 14 hours');
    expect(factOf('Retention')).toBe('Up to 14 backups, for up to 30 days');
    const [, first, second] = allByRole('row');
    expect(textOf(first)).toContain('The table messages has 7 rows instead of 8.');
    expect(textOf(first)).toContain('Verification failed');
    expect(textOf(second)).toContain('48.2 kB 12,345 Yes');
  });

  it('starts one, and polls until it is done', async () => {
    const controller = await open(backups());
    await click(byRole('button', 'Create the first backup'));
    await controller.answer(API.startBackup, backups({ running: true }));
    await controller.answer(API.listBackups, backups({ running: true }));
    expect(textOf(byRole('status', /A backup is in progress/))).toContain('then verified');
    expect((byRole('button', 'Back up now') as HTMLButtonElement).disabled).toBe(true);

    await pass(2_000);
    await controller.answer(API.listBackups, backups({ running: true }));
    await pass(2_000);
    await controller.answer(API.listBackups, backups({ items: [backup()] }));
    expect(queryByRole('status', /A backup is in progress/)).toBeNull();
    expect(allByRole('row', /^moolai-backup/)).toHaveLength(1);
    await pass(60_000);
    expect(controller.waiting(API.listBackups)).toBe(0);
  });

  it('shows why the last attempt failed', async () => {
    const problem = { at: secondsAgo(600), detail: 'EACCES: permission denied, open /mnt/backups' };
    await open(backups({ last_error: problem }));

    expect(textOf(byRole('alert'))).toBe(`The last attempt failed 10 minutes ago : ${problem.detail}`);
    expect(queryByRole('button', 'Back up now')).not.toBeNull();
  });

  it('shows how to configure backups if they are disabled, and offers none', async () => {
    await open(backups({ enabled: false, next_at: null }));

    expect(textOf(byRole('main'))).toContain('BACKUP_DIR=');
    expect(queryByRole('button', 'Back up now')).toBeNull();
  });

  it('shows which permission is missing when the controller refuses, with the request id', async () => {
    const controller = await openUnanswered();
    await controller.refuse(API.listBackups, 'forbidden', { detail: 'It takes fleet:manage.' });

    expect(textOf(byRole('alert'))).toContain('It takes fleet:manage. Request id req-42');
  });
});
