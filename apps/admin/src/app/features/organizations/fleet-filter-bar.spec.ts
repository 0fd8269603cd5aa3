import { inputBinding, outputBinding } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { click, enter, settle } from '../../../testing/gestures';
import { allByRole, byRole, nameOf } from '../../../testing/queries';
import { FleetFilterBar } from './fleet-filter-bar';
import type { FleetFilter } from './organization-groups';

async function show(filter: Partial<FleetFilter> = {}): Promise<FleetFilter[]> {
  const changes: FleetFilter[] = [];
  TestBed.createComponent(FleetFilterBar, {
    bindings: [
      inputBinding('filter', () => ({ status: null, search: '', ...filter })),
      inputBinding('counts', () => ({ active: 21, independent: 7, inactive: 10, error: 2 })),
      outputBinding<FleetFilter>('filterChange', (change) => changes.push(change)),
    ],
  });
  await settle();
  return changes;
}

function searchBox(): HTMLInputElement {
  return byRole('searchbox', 'Search orchestrators and organizations') as HTMLInputElement;
}

describe('FleetFilterBar', () => {
  it('offers every status with its count, and all of them together', async () => {
    await show();

    const options = allByRole('button', undefined, byRole('group', 'Filter by status'));
    expect(options.map((option) => nameOf(option))).toEqual([
      'All 40',
      'Active 21',
      'Independent 7',
      'Inactive 10',
      'Error 2',
    ]);
  });

  it.each([
    [null, 'All 40'],
    ['error', 'Error 2'],
  ] as const)('marks what is chosen: %p', async (status, name) => {
    await show({ status });

    const pressed = allByRole('button').filter((option) => option.getAttribute('aria-pressed') === 'true');
    expect(pressed.map((option) => nameOf(option))).toEqual([name]);
  });

  it('chooses a status and keeps the words', async () => {
    const changes = await show({ search: 'front' });

    await click(byRole('button', 'Error 2'));

    expect(changes).toEqual([{ status: 'error', search: 'front' }]);
  });

  it('chooses all again', async () => {
    const changes = await show({ status: 'error' });

    await click(byRole('button', 'All 40'));

    expect(changes).toEqual([{ status: null, search: '' }]);
  });

  it('searches for the words and keeps the status', async () => {
    const changes = await show({ status: 'error' });

    await enter(searchBox(), 'front');

    expect(changes).toEqual([{ status: 'error', search: 'front' }]);
  });

  it('shows the words of the address', async () => {
    await show({ search: 'orch-007' });

    expect(searchBox().value).toBe('orch-007');
  });
});
