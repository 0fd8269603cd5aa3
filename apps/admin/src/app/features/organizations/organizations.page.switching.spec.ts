import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, type Routes } from '@angular/router';
import type { IndependenceResult, Orchestrator } from '@moolai/contracts';
import { independentOrchestrator, orchestrator, organization } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { click, pass } from '../../../testing/gestures';
import { openPage } from '../../../testing/open-page';
import { byRole, textOf } from '../../../testing/queries';
import { API_ROUTES } from '../../core/http/api-routes';
import { organizationsRoutes } from './organizations.routes';

const SWITCH = API_ROUTES.independence('orch-001');
/** Material lets a toast be read out, and used, this long after it is drawn. */
const TOAST_DELAY_MS = 150;

@Component({ template: '' })
class OtherPage {}

const ROUTES: Routes = [{ path: 'elsewhere', component: OtherPage }, ...organizationsRoutes];

async function openWith(one: Orchestrator): Promise<FakeController> {
  const controller = await openPage(ROUTES, '/');
  await controller.answerLists([organization()], [one]);
  return controller;
}

/** What the controller answers to a switch that arrived everywhere, or not quite. */
function result(
  isIndependent: boolean,
  persisted: Partial<IndependenceResult['persisted']> = {},
): IndependenceResult {
  return {
    orchestrator_id: 'orch-001',
    is_independent: isIndependent,
    persisted: { database: true, env_file: true, json_file: true, ...persisted },
  };
}

function toggle(): HTMLElement {
  return byRole('switch', 'Independence of orch-001');
}

function isOn(): boolean {
  return toggle().getAttribute('aria-checked') === 'true';
}

describe('switching independence on the OrganizationsPage', () => {
  it('asks the controller, shows the wanted state at once, and says when it is done', async () => {
    const controller = await openWith(orchestrator());

    await click(toggle());
    const put = controller.take(SWITCH);
    expect(put.request.method).toBe('PUT');
    expect(put.request.body).toEqual({ is_independent: true });
    expect(isOn()).toBe(true);
    expect(toggle().getAttribute('aria-disabled')).toBe('true');
    expect(textOf()).not.toContain('is independent now');

    await controller.reply(put, result(true));
    expect(isOn()).toBe(true);
    expect(toggle().getAttribute('aria-disabled')).not.toBe('true');
    expect(textOf()).toContain('orch-001 is independent now; its heartbeats are ignored.');
  });

  it('says that an orchestrator is managed again', async () => {
    const controller = await openWith(independentOrchestrator());

    await click(toggle());
    await controller.answer(SWITCH, result(false));

    expect(isOn()).toBe(false);
    expect(textOf()).toContain('orch-001 is managed again; its heartbeats are processed.');
  });

  it('shows the old state and the reason when the controller refuses', async () => {
    const controller = await openWith(orchestrator());

    await click(toggle());
    await controller.refuse(SWITCH, 'internal_error', { detail: 'The .env file cannot be written.' });

    expect(isOn()).toBe(false);
    const alert = byRole('alert', undefined, byRole('article', 'orch-001'));
    expect(textOf(alert)).toContain('Independence could not be switched on');
    expect(textOf(alert)).toContain('The .env file cannot be written.');
    expect(textOf(alert)).toContain('Request id req-42');
    expect(textOf()).not.toContain('is independent now');
  });

  it('shows the old state even when the refusal comes before anything was drawn', async () => {
    const controller = await openWith(orchestrator());

    toggle().click();
    await controller.refuse(SWITCH, 'forbidden');

    expect(isOn()).toBe(false);
    expect(textOf(byRole('article', 'orch-001'))).toContain('Independence could not be switched on');
  });

  it('forgets the reason when it is dismissed', async () => {
    const controller = await openWith(orchestrator());
    await click(toggle());
    await controller.refuse(SWITCH, 'forbidden');

    await click(byRole('button', 'Dismiss'));

    expect(textOf()).not.toContain('could not be switched');
  });

  it('takes a switch back on "Undo"', async () => {
    const controller = await openWith(orchestrator());
    await click(toggle());
    await controller.answer(SWITCH, result(true));

    await pass(TOAST_DELAY_MS);
    await click(byRole('button', 'Undo'));

    expect(controller.take(SWITCH).request.body).toEqual({ is_independent: false });
    expect(isOn()).toBe(false);
  });

  it('says why a switch failed to whoever has left the page meanwhile', async () => {
    const controller = await openWith(orchestrator());
    await click(toggle());

    await TestBed.inject(Router).navigateByUrl('/elsewhere');
    await controller.refuse(SWITCH, 'conflict');

    expect(textOf()).toContain(
      'Independence of orch-001 could not be switched on: Somebody else changed this meanwhile.',
    );
  });

  it.each([
    [{ env_file: false }, 'It could not be written to the .env file.'],
    [{ json_file: false }, 'It could not be written to orchestrator_independence.json.'],
    [
      { env_file: false, json_file: false },
      'It could not be written to the .env file and orchestrator_independence.json.',
    ],
  ])('says where it did not arrive: %j', async (persisted, words) => {
    const controller = await openWith(orchestrator());

    await click(toggle());
    await controller.answer(SWITCH, result(true, persisted));

    expect(textOf()).toContain(`its heartbeats are ignored. ${words}`);
  });
});
