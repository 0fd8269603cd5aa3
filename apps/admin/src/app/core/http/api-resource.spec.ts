import { Component, DestroyRef, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { organization, page } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { pass, settle } from '../../../testing/gestures';
import { configureConsole, streamOf } from '../../../testing/open-page';
import { LiveStore } from '../live/live.store';
import { API } from './api-operations';
import { apiResource, type ResourceOptions } from './api-resource';
import type { Organization, Page } from '@moolai/contracts';

const search = signal<string | undefined>('acme');
let options: ResourceOptions<Page<Organization>> = {};

@Component({ template: '' })
class Reader {
  readonly list = apiResource(
    API.listOrganizations,
    () => {
      const words = search();
      return words === undefined ? undefined : { query: { search: words } };
    },
    options,
  );
}

async function start(
  given: typeof options = {},
): Promise<{ list: Reader['list']; controller: FakeController }> {
  options = given;
  search.set('acme');
  const controller = configureConsole([]);
  TestBed.inject(LiveStore).start(TestBed.inject(DestroyRef));
  const reader = TestBed.createComponent(Reader).componentInstance;
  await settle();
  return { list: reader.list, controller };
}

const ACME = page([organization()]);
const OTHER = page([organization({ organization_id: 'org-002' })]);

describe('apiResource', () => {
  it('loads, and returns the content of the envelope', async () => {
    const { list, controller } = await start();
    expect(list.state().name).toBe('loading');

    await controller.answer(API.listOrganizations, ACME);

    expect(list.state()).toEqual({ name: 'ready', value: ACME });
  });

  it('loads again when the parameters change, and drops the old answer', async () => {
    const { list, controller } = await start();
    await controller.answer(API.listOrganizations, ACME);

    search.set('other');
    await settle();

    expect(list.value()).toBeUndefined();
    expect(controller.take(API.listOrganizations).request.params.get('search')).toBe('other');
  });

  it('keeps showing the old answer in the meantime if configured', async () => {
    const { list, controller } = await start({ keepsOld: true });
    await controller.answer(API.listOrganizations, ACME);
    expect(list.value()).toEqual(ACME);

    search.set('other');
    await settle();
    expect(list.value()).toEqual(ACME);
    await controller.answer(API.listOrganizations, OTHER);

    expect(list.value()).toEqual(OTHER);
  });

  it('shows why loading failed, and retries on request', async () => {
    const { list, controller } = await start();

    await controller.refuse(API.listOrganizations, 'unavailable', { detail: 'The database is away.' });
    expect(list.state()).toMatchObject({ name: 'error', failure: { detail: 'The database is away.' } });
    list.reload();
    await settle();
    await controller.answer(API.listOrganizations, ACME);

    expect(list.state().name).toBe('ready');
  });

  it('keeps the old value when reloading fails, and reports that', async () => {
    const { list, controller } = await start();
    await controller.answer(API.listOrganizations, ACME);
    expect(list.failure()).toBeNull();
    expect(list.value()).toEqual(ACME);

    list.reload();
    await settle();
    await controller.refuse(API.listOrganizations, 'internal_error');

    expect(list.value()).toEqual(ACME);
    expect(list.failure()).toMatchObject({ type: 'internal_error' });
  });

  it('sends no request without parameters', async () => {
    const { controller } = await start();
    controller.takeAll(API.listOrganizations);

    search.set(undefined);
    await settle();

    expect(controller.waiting(API.listOrganizations)).toBe(0);
  });

  it('applies a change without a request', async () => {
    const { list, controller } = await start();
    await controller.answer(API.listOrganizations, ACME);

    list.patch((known) => ({ ...known, total: 7 }));

    expect(list.value()?.total).toBe(7);
    expect(controller.waiting(API.listOrganizations)).toBe(0);
  });

  it('applies a change again to an answer that was being loaded, which may be older', async () => {
    const { list, controller } = await start({ keepsOld: true });
    await controller.answer(API.listOrganizations, ACME);
    const rename = (known: Page<Organization>): Page<Organization> => ({
      ...known,
      items: known.items.map((one) =>
        one.organization_id === 'org-002' ? { ...one, name: 'Renamed' } : one,
      ),
    });

    search.set('other');
    await settle();
    list.patch(rename);
    await controller.answer(API.listOrganizations, OTHER);
    expect(list.value()?.items[0]?.name).toBe('Renamed');

    list.reload();
    await settle();
    await controller.answer(API.listOrganizations, { ...OTHER });
    expect(list.value()).toEqual(OTHER);
  });

  it('keeps loading when a change arrives in the meantime', async () => {
    const { list, controller } = await start();
    await controller.answer(API.listOrganizations, ACME);

    list.reload();
    await settle();
    list.patch((known) => ({ ...known, total: 7 }));
    expect(list.value()?.total).toBe(7);
    await controller.answer(API.listOrganizations, OTHER);

    expect(list.value()).toEqual({ ...OTHER, total: 7 });
  });

  it('reloads after relevant events, at a limited rate', async () => {
    const { controller } = await start({ reloadOn: ({ type }) => type === 'organization.changed' });
    await controller.answer(API.listOrganizations, ACME);
    const stream = streamOf();
    await stream.ready(true);

    await stream.tell(fleetEvent(), fleetEvent({ type: 'organization.changed' }));
    await stream.tell(fleetEvent({ type: 'organization.changed' }));
    await pass(1_000);

    expect(controller.takeAll(API.listOrganizations)).toHaveLength(1);
  });

  it('reloads after a gap in the stream', async () => {
    const { controller } = await start();
    await controller.answer(API.listOrganizations, ACME);

    await streamOf().ready(false);

    expect(controller.waiting(API.listOrganizations)).toBe(1);
  });
});
