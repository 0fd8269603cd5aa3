import type { Orchestrator } from '@moolai/contracts';
import {
  inactiveOrchestrator,
  orchestrator,
  organization,
  page,
  storedSession,
} from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, pass } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { byRole, fieldLabelled, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { connectRoutes } from './connect.routes';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'connect', children: connectRoutes }] }];
const ID = 'my-orchestrator';

async function open(found: Orchestrator[] = []): Promise<FakeController> {
  const controller = await openPage(ROUTES, '/connect', storedSession());
  await streamOf().ready(true);
  await controller.answer(API.organizations, page([organization()]));
  await controller.answer(API.orchestrators, page(found));
  return controller;
}

function panel(): string {
  return textOf(byRole('status', 'Waiting'));
}

function command(): string {
  return document.querySelector('pre')?.textContent ?? '';
}

describe('ConnectPage', () => {
  it('shows a command for whom one names, and waits for that very one', async () => {
    const controller = await open();
    expect(panel()).toContain(`Waiting for ${ID}…`);

    await enter(fieldLabelled('Id'), 'oslo-1');
    await controller.answer(API.orchestrators, page([]));

    expect(command()).toContain('"oslo-1"');
    expect(panel()).toContain('Waiting for oslo-1…');
  });

  it('turns green when it has connected', async () => {
    const controller = await open();

    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: ID }));
    await pass(200);
    await controller.answer(API.orchestrators, page([orchestrator({ orchestrator_id: ID })]));

    expect(panel()).toContain(`${ID} is connected`);
    expect(byRole('link', 'Open it').getAttribute('href')).toBe(`/orchestrators/${ID}`);
  });

  it('does not take another one for it', async () => {
    await open([orchestrator({ orchestrator_id: `${ID}-2` })]);

    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: `${ID}-2` }));

    expect(panel()).toContain('Waiting for');
  });

  it('turns green when one that is known comes back', async () => {
    await open([inactiveOrchestrator({ orchestrator_id: ID })]);

    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: ID }));

    expect(panel()).toContain(`${ID} is connected`);
  });

  it('says that an id is taken, and turns green once the other one has left', async () => {
    await open([orchestrator({ orchestrator_id: ID })]);
    expect(panel()).toContain(`${ID} is connected already`);

    await streamOf().tell(fleetEvent({ type: 'orchestrator.disconnected', orchestrator_id: ID }));
    expect(panel()).toContain('Waiting for');
    await streamOf().tell(fleetEvent({ type: 'orchestrator.connected', orchestrator_id: ID }));

    expect(panel()).toContain(`${ID} is connected`);
  });

  it('says where one belongs that would be refused here', async () => {
    await open([inactiveOrchestrator({ orchestrator_id: ID, organization_id: 'org-002' })]);

    expect(panel()).toContain(`${ID} belongs to org-002`);
  });

  it('says why it was refused, and what to do', async () => {
    await open();
    const data = { error: 'unauthorized', detail: 'The token is not valid.' };

    await streamOf().tell(
      fleetEvent({ type: 'orchestrator.refused', orchestrator_id: ID, organization_id: null, data }),
    );

    expect(panel()).toContain('The token is not valid.');
    expect(panel()).toContain('Paste a valid enrolment token');
  });

  it('asks for an id that an orchestrator can have', async () => {
    await open();

    await enter(fieldLabelled('Id'), 'not an id');

    expect(textOf()).toContain('Enter an id first.');
    expect(fieldLabelled('Id').getAttribute('aria-invalid')).toBe('true');
  });

  it('speaks Python and wscat too', async () => {
    await open();

    await click(byRole('button', 'Python'));
    expect(command()).toContain('websockets.connect');
    await click(byRole('button', 'wscat'));

    expect(command()).toMatch(/^npx wscat --connect ws:/);
  });
});
