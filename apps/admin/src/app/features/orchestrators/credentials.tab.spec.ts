import type { CredentialState, OrchestratorDetail } from '@moolai/contracts';
import { orchestratorDetail, page, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, openDialog, pass } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { byRole, factOf, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { credentialLook } from './credentials.tab';
import { orchestratorsRoutes } from './orchestrators.routes';

const ROUTES = [
  { path: '', component: Shell, children: [{ path: 'orchestrators', children: orchestratorsRoutes }] },
];
const GOOD: CredentialState = {
  has_credential: true,
  issued_at: secondsAgo(86_400),
  last_used_at: secondsAgo(60),
  rotation_pending: false,
  revoked_at: null,
  revoked_by: null,
};
const NONE: CredentialState = { ...GOOD, has_credential: false, issued_at: null, last_used_at: null };

function detail(
  credential: CredentialState,
  overrides: Partial<OrchestratorDetail> = {},
): OrchestratorDetail {
  return orchestratorDetail({ credential, ...overrides });
}

async function open(one: OrchestratorDetail, role: 'admin' | 'viewer' = 'admin'): Promise<FakeController> {
  const kept = storedSession({ user: user({ role }) });
  const controller = await openPage(ROUTES, '/orchestrators/orch-001/credentials', kept);
  await streamOf().ready(true);
  await controller.answer(API.getOrchestrator, one);
  await controller.answer(API.listActivity, page([]));
  return controller;
}

async function press(name: string): Promise<void> {
  await openDialog(byRole('button', name));
}

describe('CredentialsTab', () => {
  it('shows since when it has one, and its last use', async () => {
    await open(detail(GOOD));

    expect(['Issued', 'Last used', 'Rotation'].map((term) => factOf(term))).toEqual([
      '1 day ago',
      '1 minute ago',
      'none',
    ]);
  });

  it('links to the instructions if there is none', async () => {
    await open(detail(NONE));

    expect(byRole('link', 'Connect this orchestrator').getAttribute('href')).toBe(
      '/connect?id=orch-001&organization_id=org-001',
    );
    expect(queryByRole('button', 'Rotate…')).toBeNull();
  });

  it('rotates after a confirmation, and shows whether the new one was offered', async () => {
    const controller = await open(detail(GOOD));

    await press('Rotate…');
    await click(byRole('button', 'Rotate'));
    const rotating = { ...GOOD, rotation_pending: true };
    await controller.answer(API.rotateCredential, {
      orchestrator_id: 'orch-001',
      offered: true,
      credential: rotating,
    });
    await pass(500);
    await controller.answer(API.getOrchestrator, detail(rotating));

    expect(textOf()).toContain('A new credential was sent.');
    expect(factOf('Rotation')).toBe('pending');
  });

  it('requires the id before it revokes', async () => {
    const controller = await open(detail(GOOD));

    await press('Revoke…');
    expect((byRole('button', 'Revoke') as HTMLButtonElement).disabled).toBe(true);
    await enter(fieldLabelled('Type orch-001 to confirm'), 'orch-001');
    await click(byRole('button', 'Revoke'));

    expect(controller.waiting(API.revokeCredential)).toBe(1);
  });

  it('stays open with the reason when refused', async () => {
    const controller = await open(detail(GOOD));

    await press('Rotate…');
    await click(byRole('button', 'Rotate'));
    await controller.refuse(API.rotateCredential, 'conflict', { detail: 'It has none.' });

    expect(textOf()).toContain('It has none. Request id req-42');
    expect(byRole('button', 'Retry')).toBeDefined();
  });

  it('shows the reason of a quarantine, and releases it after a confirmation', async () => {
    const reason = 'Two machines took the connection from each other.';
    const controller = await open(
      detail(GOOD, { quarantined_at: secondsAgo(600), quarantine_reason: reason }),
    );
    expect(textOf(byRole('region', 'Quarantined'))).toContain(`${reason} Since 10 minutes ago`);
    expect(textOf(byRole('region', 'Status'))).toContain('Quarantined');

    await press('Release…');
    await click(byRole('button', 'Release'));
    await controller.answer(API.releaseFromQuarantine, { orchestrator_id: 'orch-001' });
    await pass(500);
    await controller.answer(API.getOrchestrator, detail(GOOD));

    expect(queryByRole('region', 'Quarantined')).toBeNull();
  });

  it('lists refusals under its id', async () => {
    const controller = await open(detail(GOOD));
    const summary = 'orch-001 was refused: There is no such enrolment token.';

    const refused = fleetEvent({ type: 'orchestrator.refused', summary });
    await streamOf().tell(refused);
    await pass(1_000);
    await controller.answer(API.listActivity, page([refused]));

    expect(textOf(byRole('region', 'Refused registrations'))).toContain(summary);
  });

  it('shows a viewer the state without actions', async () => {
    await open(detail(GOOD, { quarantined_at: secondsAgo(600) }), 'viewer');

    expect(factOf('Issued')).toBe('1 day ago');
    expect(queryByRole('button', /Rotate|Revoke|Release/)).toBeNull();
  });
});

describe('credentialLook', () => {
  it.each<[string, CredentialState]>([
    ['Valid', GOOD],
    ['None', NONE],
    ['Rotation pending', { ...GOOD, rotation_pending: true }],
    ['Revoked', { ...GOOD, has_credential: false, revoked_at: secondsAgo(60) }],
  ])('shows "%s"', (label, credential) => {
    expect(credentialLook(credential).label).toBe(label);
  });
});
