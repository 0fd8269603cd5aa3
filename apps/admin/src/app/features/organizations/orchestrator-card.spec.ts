import { inputBinding, outputBinding, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Orchestrator } from '@moolai/contracts';
import { independentOrchestrator, orchestrator, secondsAgo } from '../../../testing/builders';
import { click, settle } from '../../../testing/gestures';
import { byRole, factOf, textOf } from '../../../testing/queries';
import { ApiError } from '../../core/http/request-failure';
import type { Switch } from './fleet';
import { OrchestratorCard } from './orchestrator-card';
import type { OrchestratorCardView } from './organization-groups';

const FAILED: Switch = {
  name: 'failed',
  isIndependent: true,
  failure: new ApiError('conflict', 'The .env file cannot be written.', 'req-42'),
};

interface Card {
  wishes: boolean[];
  dismissals: () => number;
  change: (one: Orchestrator, change?: Switch) => Promise<void>;
}

async function show(one: Orchestrator, change: Switch | null = null): Promise<Card> {
  const view = signal<OrchestratorCardView>({ orchestrator: one, switch: change });
  const wishes: boolean[] = [];
  let dismissals = 0;
  TestBed.createComponent(OrchestratorCard, {
    bindings: [
      inputBinding('view', view),
      outputBinding<boolean>('switchTo', (wish) => wishes.push(wish)),
      outputBinding('dismissFailure', () => (dismissals += 1)),
    ],
  });
  await settle();
  return {
    wishes,
    dismissals: () => dismissals,
    change: (orchestrator, next) => {
      view.set({ orchestrator, switch: next ?? null });
      return settle();
    },
  };
}

function toggle(): HTMLElement {
  return byRole('switch', 'Independence of orch-001');
}

function isOn(): boolean {
  return toggle().getAttribute('aria-checked') === 'true';
}

describe('OrchestratorCard', () => {
  it('says who it is, how it is and why, and when it was seen', async () => {
    await show(orchestrator());

    const card = byRole('article', 'orch-001');
    expect(textOf(byRole('heading', undefined, card))).toBe('Front desk');
    expect(textOf(card)).toContain('orch-001');
    expect(textOf(card)).toContain('● Active');
    expect(textOf(card)).toContain('Connected, and the last heartbeat is recent.');
    expect(factOf('Last seen')).toBe('2 seconds ago');
    expect(factOf('Connection')).toBe('Open');
    expect(factOf('Version')).toBe('1.4.0');
  });

  it('is headed by the id when there is no name, and leaves out a version that is not known', async () => {
    await show(orchestrator({ name: '', version: null, connected: false }));

    expect(textOf(byRole('heading'))).toBe('orch-001');
    expect(factOf('Connection')).toBe('None');
    expect(textOf()).not.toContain('Version');
  });

  it('shows independence as ON, and the last sight as frozen', async () => {
    await show(independentOrchestrator({ last_seen: secondsAgo(120) }));

    expect(isOn()).toBe(true);
    expect(textOf()).toContain('Independence ON');
    expect(textOf()).toContain('◆ Independent');
    expect(factOf('Last seen')).toBe('2 minutes ago (frozen)');
  });

  it('shows independence as OFF', async () => {
    await show(orchestrator());

    expect(isOn()).toBe(false);
    expect(textOf()).toContain('Independence OFF');
  });

  it('says that independence comes from the organization', async () => {
    await show(independentOrchestrator({ independence_source: 'organization' }));

    expect(textOf()).toContain('from its organization');
  });

  it.each([
    [orchestrator(), true],
    [independentOrchestrator(), false],
  ])('asks for the other state when it is switched', async (one, wish) => {
    const { wishes } = await show(one);

    await click(toggle());

    expect(wishes).toEqual([wish]);
  });

  it('does not move its switch by itself: the store decides what is shown', async () => {
    await show(orchestrator());

    await click(toggle());

    expect(isOn()).toBe(false);
  });

  it('shows the wanted state while the switch is under way, and lets nobody switch again', async () => {
    const { wishes, change } = await show(orchestrator());

    await change(independentOrchestrator(), { name: 'under-way', isIndependent: true });
    await click(toggle());

    expect(isOn()).toBe(true);
    expect(toggle().getAttribute('aria-disabled')).toBe('true');
    expect(wishes).toEqual([]);
  });

  it('shows the old state and the reason when the switch is refused', async () => {
    const { change } = await show(orchestrator());
    await change(independentOrchestrator(), { name: 'under-way', isIndependent: true });

    await change(orchestrator(), FAILED);

    expect(isOn()).toBe(false);
    expect(textOf(byRole('alert'))).toContain(
      'Independence could not be switched on: Somebody else changed this meanwhile.',
    );
    expect(textOf(byRole('alert'))).toContain('The .env file cannot be written.');
    expect(textOf(byRole('alert'))).toContain('Request id req-42');
  });

  it('says which way the switch failed', async () => {
    await show(independentOrchestrator(), { ...FAILED, isIndependent: false });

    expect(textOf(byRole('alert'))).toContain('Independence could not be switched off');
  });

  it('lets the reason be dismissed, and is silent without one', async () => {
    const { dismissals, change } = await show(orchestrator(), FAILED);

    await click(byRole('button', 'Dismiss'));
    expect(dismissals()).toBe(1);

    await change(orchestrator());
    expect(textOf(byRole('alert'))).toBe('');
  });
});
