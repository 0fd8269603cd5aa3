import { FILTERS, orchestratorFilterOf } from './orchestrator-query';

describe('orchestratorFilterOf', () => {
  it('reads every filter from the address', () => {
    const params = {
      search: 'oslo',
      status: 'error',
      organization_id: 'org-001',
      version: '1.4.0',
      label: 'region=eu',
      config_status: 'failed',
      connected: 'false',
      quarantined: 'true',
    };
    const filter = orchestratorFilterOf({ ...params, sort: '-last_seen', page: '3', selected: 'a,b' });

    expect(filter).toEqual({ ...params, connected: false, quarantined: true });
    expect(Object.keys(filter)).toEqual(FILTERS);
  });

  it('leaves out what does not exist', () => {
    expect(orchestratorFilterOf({ status: 'gone', config_status: 'new', connected: 'maybe' })).toEqual({});
  });
});
