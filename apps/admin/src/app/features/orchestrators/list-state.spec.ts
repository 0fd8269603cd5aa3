import {
  isFiltered,
  listQueryOf,
  listStateOf,
  MAX_SELECTED,
  selectionParam,
  withSelected,
} from './list-state';

describe('listStateOf', () => {
  it('shows everyone by id at an address that asks for nothing', () => {
    expect(listStateOf({})).toEqual({
      filter: {},
      sort: 'orchestrator_id',
      page: 1,
      selection: new Set(),
    });
  });

  it('reads filters, order, page and selection from the address', () => {
    const params = {
      search: 'oslo',
      status: 'error',
      organization_id: 'org-001',
      connected: 'false',
      config_status: 'failed',
      version: '1.4.0',
      label: 'region=eu',
      sort: '-last_seen',
      page: '3',
      selected: 'a,b',
    };
    const state = listStateOf(params);

    expect(listQueryOf(state)).toEqual({
      search: 'oslo',
      status: 'error',
      organization_id: 'org-001',
      connected: false,
      config_status: 'failed',
      version: '1.4.0',
      label: 'region=eu',
      sort: '-last_seen',
      page: 3,
      page_size: 50,
    });
    expect(state.selection).toEqual(new Set(['a', 'b']));
  });

  it('leaves out what does not exist', () => {
    const state = listStateOf({ status: 'gone', sort: 'status', page: '-1', connected: 'maybe' });

    expect(isFiltered(state)).toBe(false);
    expect(state).toMatchObject({ sort: 'orchestrator_id', page: 1 });
  });
});

describe('a selection', () => {
  it.each([
    [new Set<string>(), null],
    [new Set(['a', 'b']), 'a,b'],
    ['everything' as const, '*'],
  ])('of %p is written as %p, and read back', (selection, param) => {
    expect(selectionParam(selection)).toBe(param);
    expect(listStateOf({ selected: param ?? undefined }).selection).toEqual(selection);
  });

  it('grows and shrinks', () => {
    expect(withSelected(new Set(['a']), ['b', 'c'], true)).toEqual(new Set(['a', 'b', 'c']));
    expect(withSelected(new Set(['a', 'b']), ['b'], false)).toEqual(new Set(['a']));
  });

  it('of everything begins anew once one is chosen', () => {
    expect(withSelected('everything', ['a'], true)).toEqual(new Set(['a']));
  });

  it('holds no more than an address does', () => {
    const ids = Array.from({ length: MAX_SELECTED + 5 }, (_, index) => `orch-${index}`);

    expect(withSelected(new Set(), ids, true)).toHaveProperty('size', MAX_SELECTED);
  });
});
