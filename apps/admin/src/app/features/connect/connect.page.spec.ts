import { TestBed } from '@angular/core/testing';
import type { Orchestrator } from '@moolai/contracts';
import {
  enrolmentToken,
  inactiveOrchestrator,
  orchestrator,
  organization,
  page,
  secondsAgo,
  storedSession,
  user,
} from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, pass } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { byRole, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { ServerClock } from '../../core/time/server-clock';
import { Shell } from '../../shell/shell';
import { connectRoutes } from './connect.routes';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'connect', children: connectRoutes }] }];
const ID = 'my-orchestrator';

async function open(
  found: Orchestrator[] = [],
  organizations = [organization()],
  role: 'admin' | 'operator' = 'admin',
  query = '',
): Promise<FakeController> {
  const kept = storedSession({ user: user({ role }) });
  const controller = await openPage(ROUTES, `/connect${query}`, kept);
  await streamOf().ready(true);
  await controller.answer(API.listOrganizations, page(organizations));
  await controller.answer(API.listOrchestrators, page(found));
  return controller;
}

function panel(): string {
  return textOf(byRole('status', 'Waiting'));
}

function command(): string {
  return document.querySelector('pre')?.textContent ?? '';
}

describe('ConnectPage', () => {
  it('shows a command for the entered id, and waits for exactly that one', async () => {
    const controller = await open();
    expect(panel()).toContain(`Waiting for ${ID}…`);

    await enter(fieldLabelled('Id'), 'oslo-1');
    await controller.answer(API.listOrchestrators, page([]));

    expect(command()).toContain('"oslo-1"');
    expect(panel()).toContain('Waiting for oslo-1…');
  });

  it('turns green when it has connected', async () => {
    const controller = await open();

    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: ID }));
    await pass(200);
    await controller.answer(API.listOrchestrators, page([orchestrator({ orchestrator_id: ID })]));

    expect(panel()).toContain(`${ID} is connected`);
    expect(byRole('link', 'Open the orchestrator').getAttribute('href')).toBe(`/orchestrators/${ID}`);
  });

  it('does not confuse it with another one', async () => {
    await open([orchestrator({ orchestrator_id: `${ID}-2` })]);

    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: `${ID}-2` }));

    expect(panel()).toContain('Waiting for');
  });

  it('turns green when a known one reconnects', async () => {
    await open([inactiveOrchestrator({ orchestrator_id: ID })]);

    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: ID }));

    expect(panel()).toContain(`${ID} is connected`);
  });

  it('reports that an id is in use, and turns green after the other one has left', async () => {
    await open([orchestrator({ orchestrator_id: ID })]);
    expect(panel()).toContain(`${ID} is already connected`);

    await streamOf().tell(fleetEvent({ type: 'orchestrator.disconnected', orchestrator_id: ID }));
    expect(panel()).toContain('Waiting for');
    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: ID }));

    expect(panel()).toContain(`${ID} is connected`);
  });

  it('names the organization of one that would be refused here', async () => {
    await open([inactiveOrchestrator({ orchestrator_id: ID, organization_id: 'org-002' })]);

    expect(panel()).toContain(`${ID} belongs to org-002`);
  });

  it('shows why it was refused, and what to do', async () => {
    await open();
    const data = { error: 'unauthorized', detail: 'The token is not valid.' } as const;

    await streamOf().tell(
      fleetEvent({ type: 'orchestrator.refused', orchestrator_id: ID, organization_id: null, data }),
    );

    expect(panel()).toContain('The token is not valid.');
    expect(panel()).toContain('Create or paste an enrolment token above');
  });

  it('reports that an id has enrolled before, and links to its credential', async () => {
    await open([inactiveOrchestrator({ orchestrator_id: ID })]);
    const data = { error: 'unauthorized', detail: 'This orchestrator is enrolled.' } as const;

    await streamOf().tell(fleetEvent({ type: 'orchestrator.refused', orchestrator_id: ID, data }));

    expect(panel()).toContain('Another orchestrator has enrolled with this id.');
    expect(byRole('link', 'Its credential').getAttribute('href')).toBe(`/orchestrators/${ID}/credentials`);
  });

  it('creates an enrolment token for this orchestrator, and inserts it into the command', async () => {
    const controller = await open();

    await click(byRole('button', 'Create a token'));
    const request = controller.take(API.createEnrolmentToken);
    expect(request.request.body).toEqual({
      organization_id: 'org-001',
      name: `First connection of ${ID}`,
      expires_at: '2026-03-02T12:00:00.000Z',
      max_uses: 1,
    });
    await controller.reply(request, enrolmentToken({ token: 'moe_secret' }));

    expect(command()).toContain('"token": "moe_secret"');
    expect(textOf()).toContain('It admits one orchestrator, expires in 24 hours');
  });

  it('creates the first organization of a new controller for its first token', async () => {
    const controller = await open([], []);

    await click(byRole('button', 'Create a token'));
    const request = controller.take(API.createOrganization);
    expect(request.request.body).toEqual({ organization_id: 'org-001', name: 'org-001' });
    await controller.reply(request, organization());
    await controller.answer(API.createEnrolmentToken, enrolmentToken({ token: 'moe_secret' }));
    await controller.answer(API.listOrganizations, page([organization()]));

    expect(command()).toContain('"token": "moe_secret"');
  });

  it('drops the created token when another organization is chosen', async () => {
    const controller = await open([], [organization(), organization({ organization_id: 'org-002' })]);
    await click(byRole('button', 'Create a token'));
    await controller.answer(API.createEnrolmentToken, enrolmentToken({ token: 'moe_secret' }));

    const field = document.querySelector<HTMLSelectElement>('#connect-organization');
    if (!field) throw new Error('no field for the organization');
    field.value = 'org-002';
    field.dispatchEvent(new Event('change'));
    await pass(0);

    expect(command()).not.toContain('moe_secret');
  });

  it('shows why no token can be created, and offers to retry', async () => {
    const controller = await open();

    await click(byRole('button', 'Create a token'));
    await controller.refuse(API.createEnrolmentToken, 'not_found', { detail: 'No organization "org-001".' });

    expect(textOf()).toContain('No organization "org-001". Request id req-42');
    expect(byRole('button', 'Retry')).toBeDefined();
  });

  it('offers no token without permission', async () => {
    await open([], [organization()], 'operator');

    expect(queryByRole('button', 'Create a token')).toBeNull();
  });

  it('starts with the id in the URL', async () => {
    await open([], [organization()], 'admin', '?id=oslo-7&organization_id=org-001');

    expect(panel()).toContain('Waiting for oslo-7…');
  });

  it('reports a wrong clock on this computer', async () => {
    await open();
    expect(textOf()).not.toContain("This computer's clock");

    TestBed.inject(ServerClock).observe(secondsAgo(-600));
    await pass(0);

    expect(textOf()).toContain("This computer's clock is 10 min behind the controller's.");
  });

  it('requires a valid id', async () => {
    await open();

    await enter(fieldLabelled('Id'), 'not an id');

    expect(textOf()).toContain('Enter an id first.');
    expect(fieldLabelled('Id').getAttribute('aria-invalid')).toBe('true');
  });

  it('has commands for Python and wscat too', async () => {
    await open();

    await click(byRole('button', 'Python'));
    expect(command()).toContain('websockets.connect');
    await click(byRole('button', 'wscat'));

    expect(command()).toMatch(/^sleep 600 \| npx --yes wscat --connect ws:/);
  });
});
