import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { ORGANIZATION_SORT_FIELDS } from '@moolai/contracts';
import { organization, page, storedSession } from '../../testing/builders';
import type { FakeController } from '../../testing/fake-controller';
import { click, enter, pass } from '../../testing/gestures';
import { openPage } from '../../testing/open-page';
import { byRole, queryByRole, textOf } from '../../testing/queries';
import { given } from '../core/address';
import { injectAddressList } from '../core/http/address-list';
import { API } from '../core/http/api-operations';
import { ListFrame } from './list-frame';
import { SortHead } from './sort-head';

@Component({
  selector: 'mc-things-page',
  imports: [ListFrame, SortHead],
  template: `
    <mc-list-frame
      [of]="list"
      heading="Things"
      things="things"
      description="All of them."
      placeholder="Search"
      noMatch="No thing matches"
    >
      <table role="table">
        <tr>
          <th mc-sort-head [of]="list" field="name" [isNewestFirst]="true">Name</th>
        </tr>
        @for (one of list.items(); track one.organization_id) {
          <tr role="row" [attr.aria-label]="one.organization_id"></tr>
        }
      </table>
      <p none>There are none yet.</p>
    </mc-list-frame>
  `,
})
class ThingsPage {
  protected readonly list = injectAddressList(API.listOrganizations, {
    filters: ['search'],
    filterOf: (params) => given({ search: params['search'] || undefined }),
    order: { by: ORGANIZATION_SORT_FIELDS, usual: 'organization_id' },
    filterDrops: ['marked'],
    pageDrops: ['entry'],
  });
}

function open(query = ''): Promise<FakeController> {
  return openPage([{ path: 'things', component: ThingsPage }], `/things${query}`, storedSession());
}

function address(): string {
  return TestBed.inject(Router).url;
}

describe('ListFrame', () => {
  it('shows only the entries once they are loaded', async () => {
    const controller = await open();
    expect(queryByRole('table')).toBeNull();

    await controller.answer(API.listOrganizations, page([organization()]));
    expect(byRole('row', 'org-001')).toBeDefined();
    expect(textOf()).not.toContain('There are none yet.');
  });

  it('distinguishes an empty list, a list without matches, and a page beyond the end', async () => {
    await (await open()).answer(API.listOrganizations, page([]));
    expect(textOf()).toContain('There are none yet.');

    TestBed.resetTestingModule();
    await (await open('?search=x')).answer(API.listOrganizations, page([]));
    expect(byRole('heading', 'No thing matches')).toBeDefined();

    TestBed.resetTestingModule();
    await (
      await open('?page=9')
    ).answer(API.listOrganizations, page([], { total: 70, page: 9, page_size: 50 }));
    expect(byRole('heading', 'Page not found')).toBeDefined();
    await click(byRole('button', 'Go to the first page'));
    expect(address()).toBe('/things');
  });

  it('does not call a list empty whose filter was just cleared', async () => {
    const controller = await open('?search=x');
    await controller.answer(API.listOrganizations, page([]));
    await click(document.querySelector('mc-empty-state button') as HTMLElement);

    expect(address()).toBe('/things');
    expect(textOf()).not.toContain('There are none yet.');
    await controller.answer(API.listOrganizations, page([organization()]));
    expect(byRole('row', 'org-001')).toBeDefined();
  });

  it('returns to the first page with another filter or order, and removes dependent parameters', async () => {
    const controller = await open('?page=2&marked=1&entry=3');
    await controller.answer(
      API.listOrganizations,
      page([organization()], { total: 120, page: 2, page_size: 50 }),
    );
    expect(textOf(byRole('navigation', 'Pages of things'))).toBe('51–100 of 120');

    await click(byRole('button', 'Next page'));
    expect(address()).toBe('/things?page=3&marked=1');
    await click(byRole('button', 'Name'));
    expect(address()).toBe('/things?marked=1&sort=-name');
    await enter(byRole('searchbox') as HTMLInputElement, 'acme');
    await pass(200);
    expect(address()).toBe('/things?sort=-name&search=acme');
  });

  it('shows why it cannot be loaded, and retries', async () => {
    const controller = await open();
    await controller.refuse(API.listOrganizations, 'unavailable', { detail: 'The database is away.' });

    expect(textOf(byRole('alert'))).toContain('The database is away.');
    await click(byRole('button', 'Retry'));
    await controller.answer(API.listOrganizations, page([organization()]));
    expect(byRole('row', 'org-001')).toBeDefined();
  });
});
