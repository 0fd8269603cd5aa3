import { TestBed } from '@angular/core/testing';
import { jest } from '@jest/globals';
import { Router } from '@angular/router';
import type { AuditEntry, Role } from '@moolai/contracts';
import { NOW_MS, page, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { shownDiff } from '../../../testing/fake-editor';
import { choose, click, enter, pass, settle } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { allByRole, byRole, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { auditFilterOf } from './audit-query';
import { auditRoutes } from './audit.routes';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'audit', children: auditRoutes }] }];

function entry(overrides: Partial<AuditEntry> = {}): AuditEntry {
  return {
    position: 7,
    at: secondsAgo(60),
    action: 'config.changed',
    actor_kind: 'user',
    actor_id: 'user-001',
    actor_name: 'ada@example.com',
    address: '10.0.0.7',
    request_id: 'req-1',
    organization_id: 'org-001',
    target_type: 'organization',
    target_id: 'org-001',
    before: { max_tokens: 4 },
    after: { max_tokens: 5 },
    previous_hash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
    ...overrides,
  };
}

async function open(url = '', role: Role = 'admin', items = [entry()]): Promise<FakeController> {
  const controller = await openPage(ROUTES, `/audit${url}`, storedSession({ user: user({ role }) }));
  await streamOf().ready(true);
  await controller.answer(API.listAuditEntries, page(items, { page_size: 50 }));
  await controller.answer(API.listOrganizations, page([]));
  return controller;
}

describe('auditFilterOf', () => {
  it('accepts a period up to now, and ignores unknown ones', () => {
    expect(auditFilterOf({ period: '1h', action: 'nothing.known', actor: 'ada' }, NOW_MS)).toEqual({
      actor: 'ada',
      from: secondsAgo(3_600),
    });
    expect(auditFilterOf({ from: '2026-03-01T10:00', to: 'soon' }, NOW_MS)).toEqual({
      from: '2026-03-01T10:00:00.000Z',
    });
  });
});

describe('AuditPage', () => {
  it('shows actor, action, target and address', async () => {
    await open();

    expect(textOf(byRole('row', 'Entry 7'))).toBe(
      '1 minute ago Configuration changed Organization org-001 ada@example.com org-001 10.0.0.7',
    );
  });

  it('keeps filters and order in the URL, and requests them from the controller', async () => {
    const controller = await open();
    await choose(document.querySelector('[aria-label=Action]') as HTMLSelectElement, 'user.created');
    await click(byRole('button', 'Actor'));

    expect(TestBed.inject(Router).url).toBe('/audit?action=user.created&sort=actor_name');
    const params = controller.takeAll(API.listAuditEntries).at(-1)?.request.params;
    expect([params?.get('action'), params?.get('sort')]).toEqual(['user.created', 'actor_name']);
  });

  it('shows the state before and after beside the list', async () => {
    await open();
    await click(byRole('button', 'Configuration changed'));
    await settle();

    expect(shownDiff()).toBe('Before: { "max_tokens": 4 } After: { "max_tokens": 5 }');
    await click(byRole('button', 'Close'));
    expect(document.querySelector('mc-side-panel')).toBeNull();
  });

  it('exports matching entries as a file, with the session instead of a plain link', async () => {
    jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    const made = jest.fn(() => 'blob:audit');
    Object.assign(URL, { createObjectURL: made, revokeObjectURL: () => undefined });
    const controller = await open('?action=user.created');
    await click(byRole('button', 'Export'));
    await click(byRole('menuitem', /^CSV/));

    const request = controller.take(API.exportAudit);
    expect(request.request.headers.get('Authorization')).toBe('Bearer access-1');
    expect(request.request.params.get('format')).toBe('csv');
    expect(request.request.params.get('action')).toBe('user.created');
    request.flush(new Blob(['position']));
    await settle();
    expect(made).toHaveBeenCalledTimes(1);
  });

  it('verifies the chain for users who manage the fleet, and shows where it is broken', async () => {
    const controller = await open('', 'superadmin');
    await click(byRole('button', 'Verify the chain'));
    await pass(50);
    await enter(fieldLabelled('End of the chain that you saved earlier'), '7:nonsense');
    expect((byRole('button', 'Verify') as HTMLButtonElement).disabled).toBe(true);
    await enter(fieldLabelled('End of the chain that you saved earlier'), `7:${'b'.repeat(64)}`);
    await click(byRole('button', 'Verify'));

    const request = controller.take(API.verifyAudit);
    expect(request.request.params.get('position')).toBe('7');
    const broken = { position: 3, detail: 'The entry was changed.' };
    await controller.reply(request, { ok: false, count: 2, head: null, broken });
    expect(textOf()).toContain('The chain is broken at position 3. The entry was changed.');
  });

  it('offers no verification to users of a part of the fleet', async () => {
    await open();

    expect(queryByRole('button', 'Verify the chain')).toBeNull();
  });

  it('says that nothing matches', async () => {
    await open('?actor=nobody', 'admin', []);
    expect(byRole('heading', 'No matching changes')).toBeDefined();
  });

  it('is not available without permission to read it', async () => {
    const kept = storedSession({ user: user({ role: 'viewer' }), receivedAtMs: NOW_MS });
    const controller = await openPage(ROUTES, '/audit', kept);
    await controller.refuse(API.listAuditEntries, 'forbidden', { detail: 'You lack audit:read.' });

    expect(textOf(byRole('alert'))).toContain('You are not allowed to do this');
    expect(queryByRole('button', 'Export')).toBeNull();
    expect(allByRole('link', 'Audit')).toEqual([]);
  });
});
