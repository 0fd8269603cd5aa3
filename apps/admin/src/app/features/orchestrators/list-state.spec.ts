import { isFiltered, listQueryOf, listStateOf } from './list-state';

describe('listStateOf', () => {
  it('shows all by id for a URL without parameters', () => {
    expect(listStateOf({})).toEqual({
      filter: {},
      sort: 'orchestrator_id',
      page: 1,
      selection: new Set(),
    });
  });

  it('reads filters, order, page and selection from the URL', () => {
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

  it('ignores invalid values', () => {
    const state = listStateOf({ status: 'gone', sort: 'status', page: '-1', connected: 'maybe' });

    expect(isFiltered(state)).toBe(false);
    expect(state).toMatchObject({ sort: 'orchestrator_id', page: 1 });
  });
});
