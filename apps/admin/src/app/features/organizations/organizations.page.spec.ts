import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { Orchestrator, Organization } from '@moolai/contracts';
import {
  inactiveOrchestrator,
  independentOrchestrator,
  orchestrator,
  organization,
} from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { click, enter, pass } from '../../../testing/gestures';
import { openPage } from '../../../testing/open-page';
import { allByRole, byRole, nameOf, textOf } from '../../../testing/queries';
import { API_ROUTES } from '../../core/http/api-routes';
import { organizationsRoutes } from './organizations.routes';

async function openWith(
  orchestrators: Orchestrator[],
  { url = '/', organizations = [organization()] }: { url?: string; organizations?: Organization[] } = {},
): Promise<FakeController> {
  const controller = await openPage(organizationsRoutes, url);
  await controller.answerLists(organizations, orchestrators);
  return controller;
}

function cards(): string[] {
  return allByRole('article').map((card) => nameOf(card));
}

describe('OrganizationsPage', () => {
  it('says that it is reading until the fleet is there', async () => {
    await openPage(organizationsRoutes, '/');

    expect(textOf(byRole('status'))).toBe('Loading…');
  });

  it('shows a card for each orchestrator under its organization', async () => {
    await openWith(
      [
        orchestrator(),
        independentOrchestrator({ orchestrator_id: 'orch-002' }),
        orchestrator({ orchestrator_id: 'orch-003', organization_id: 'org-002' }),
      ],
      { organizations: [organization(), organization({ organization_id: 'org-002', name: 'Globex' })] },
    );

    const acme = byRole('region', 'Acme');
    expect(allByRole('article', undefined, acme).map(nameOf)).toEqual(['orch-001', 'orch-002']);
    expect(textOf(acme)).toContain('2 orchestrators');
    const globex = byRole('region', 'Globex');
    expect(allByRole('article', undefined, globex).map(nameOf)).toEqual(['orch-003']);
    expect(textOf(globex)).toContain('1 orchestrator');
  });

  it('says what is special about an organization', async () => {
    await openWith([orchestrator()], {
      organizations: [organization({ is_active: false, is_independent: true })],
    });

    expect(textOf(byRole('region', 'Acme'))).toContain('Deactivated');
    expect(textOf(byRole('region', 'Acme'))).toContain('New ones start independent');
  });

  it('follows the controller', async () => {
    const controller = await openWith([orchestrator()]);

    await pass(2_000);
    await controller.answerLists([organization()], [inactiveOrchestrator()]);

    expect(textOf(byRole('article', 'orch-001'))).toContain('○ Inactive');
  });

  describe('filters', () => {
    const THREE = [
      orchestrator({ name: 'Front desk' }),
      independentOrchestrator({ orchestrator_id: 'orch-002', name: 'Warehouse' }),
      inactiveOrchestrator({ orchestrator_id: 'orch-003', name: 'Front gate' }),
    ];

    it('come from the address', async () => {
      await openWith(THREE, { url: '/?status=inactive&search=front' });

      expect(cards()).toEqual(['orch-003']);
    });

    it('go into the address, so that they can be sent to somebody', async () => {
      await openWith(THREE);

      await click(byRole('button', 'Independent 1'));
      expect(cards()).toEqual(['orch-002']);
      expect(TestBed.inject(Router).url).toBe('/?status=independent');

      await click(byRole('button', 'All 3'));
      await enter(byRole('searchbox') as HTMLInputElement, 'front');
      expect(cards()).toEqual(['orch-001', 'orch-003']);
      expect(TestBed.inject(Router).url).toBe('/?search=front');
    });

    it('ignore a status that does not exist', async () => {
      await openWith(THREE, { url: '/?status=sleeping' });

      expect(cards()).toHaveLength(3);
    });

    it('say how many they leave to those who listen', async () => {
      await openWith(THREE, { url: '/?search=front' });

      expect(byRole('status', '2 orchestrators shown')).toBeDefined();
    });

    it('can be cleared when nothing matches', async () => {
      await openWith(THREE, { url: '/?status=error&search=front' });
      expect(byRole('heading', 'No orchestrator matches')).toBeDefined();
      expect(cards()).toEqual([]);

      await click(byRole('button', 'Clear filters'));

      expect(cards()).toHaveLength(3);
      expect(TestBed.inject(Router).url).toBe('/');
    });
  });

  it('says how to connect the first orchestrator when there is none', async () => {
    await openWith([]);

    expect(byRole('heading', 'No orchestrators yet')).toBeDefined();
    expect(allByRole('searchbox')).toEqual([]);
  });

  it('shows an organization that has no orchestrator yet', async () => {
    await openWith([]);

    expect(textOf(byRole('region', 'Acme'))).toContain('0 orchestrators');
  });

  it('draws the 49th card of an organization only when it is asked for', async () => {
    await openWith(
      Array.from({ length: 49 }, (_, index) => orchestrator({ orchestrator_id: `orch-${index + 1}` })),
    );
    expect(cards()).toHaveLength(48);

    await click(byRole('button', 'Show all 49 of Acme'));

    expect(cards()).toHaveLength(49);
    expect(allByRole('button', /^Show all/)).toEqual([]);
  });

  it('says why the fleet cannot be read, and tries again', async () => {
    const controller = await openPage(organizationsRoutes, '/');
    await controller.refuse(API_ROUTES.organizations, 'unavailable', { detail: 'The database is away.' });
    controller.takeAll(API_ROUTES.orchestrators);
    expect(textOf(byRole('alert'))).toContain('The controller is not ready');
    expect(textOf(byRole('alert'))).toContain('The database is away.');

    await click(byRole('button', 'Retry'));
    await controller.answerLists([organization()], [orchestrator()]);

    expect(cards()).toEqual(['orch-001']);
    expect(allByRole('heading', 'The controller is not ready')).toEqual([]);
  });
});
