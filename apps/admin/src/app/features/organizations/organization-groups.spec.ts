import type { Orchestrator } from '@moolai/contracts';
import {
  fleet,
  inactiveOrchestrator,
  independentOrchestrator,
  orchestrator,
  organization,
} from '../../../testing/builders';
import { ApiError } from '../../core/http/request-failure';
import type { Fleet, Switch } from './fleet';
import { groupFleet, statusFrom, type FleetFilter, type FleetView } from './organization-groups';

const NO_SWITCHES: ReadonlyMap<string, Switch> = new Map();

function view(shown: Fleet, filter: Partial<FleetFilter> = {}, switches = NO_SWITCHES): FleetView {
  return groupFleet(shown, switches, { status: null, search: '', ...filter });
}

/** The ids that a view shows, by organization, in its order. */
function shownIds({ groups }: FleetView): [string, string[]][] {
  return groups.map(({ id, cards }) => [id, cards.map((card) => card.orchestrator.orchestrator_id)]);
}

function withIds(...ids: string[]): Orchestrator[] {
  return ids.map((orchestrator_id) => orchestrator({ orchestrator_id }));
}

/** Two organizations; the first has one orchestrator of each of three statuses, the second one. */
const MIXED = fleet({
  organizations: [organization(), organization({ organization_id: 'org-002', name: 'Globex' })],
  orchestrators: [
    orchestrator({ orchestrator_id: 'orch-001', name: 'Front desk' }),
    independentOrchestrator({ orchestrator_id: 'orch-002', name: 'Warehouse' }),
    inactiveOrchestrator({ orchestrator_id: 'orch-003', name: 'Archive' }),
    orchestrator({ orchestrator_id: 'orch-004', organization_id: 'org-002', name: 'Front gate' }),
  ],
});

describe('groupFleet', () => {
  describe('groups', () => {
    it('puts every orchestrator under its organization', () => {
      expect(shownIds(view(MIXED))).toEqual([
        ['org-001', ['orch-001', 'orch-002', 'orch-003']],
        ['org-002', ['orch-004']],
      ]);
    });

    it('sorts as people count: orch-2 before orch-10, org-2 before org-10', () => {
      const shown = fleet({
        organizations: ['org-10', 'org-2'].map((organization_id) => organization({ organization_id })),
        orchestrators: withIds('orch-10', 'orch-1', 'orch-2').map((one) => ({
          ...one,
          organization_id: 'org-10',
        })),
      });

      expect(shownIds(view(shown))).toEqual([
        ['org-2', []],
        ['org-10', ['orch-1', 'orch-2', 'orch-10']],
      ]);
    });

    it('makes a group for an organization that the controller does not list', () => {
      const [group] = view(fleet({ organizations: [] })).groups;

      expect(group).toMatchObject({ id: 'org-001', name: 'Acme', organization: null });
    });

    it('calls an organization without a name by its id', () => {
      const nameless = fleet({
        organizations: [organization({ name: '' })],
        orchestrators: [
          orchestrator(),
          orchestrator({ orchestrator_id: 'orch-002', organization_id: 'org-404', organization_name: null }),
        ],
      });

      expect(view(nameless).groups.map(({ name }) => name)).toEqual(['org-001', 'org-404']);
    });

    it('leaves the fleet as it was', () => {
      const shown = fleet({ orchestrators: withIds('orch-2', 'orch-1') });

      view(shown);

      expect(shown.orchestrators.map((one) => one.orchestrator_id)).toEqual(['orch-2', 'orch-1']);
    });
  });

  describe('organizations without orchestrators', () => {
    const shown = fleet({
      organizations: [organization(), organization({ organization_id: 'org-002', name: 'Globex' })],
    });

    it('are shown', () => {
      expect(shownIds(view(shown))).toEqual([
        ['org-001', ['orch-001']],
        ['org-002', []],
      ]);
    });

    it.each([{ search: 'o' }, { status: 'active' }] as const)('are hidden while filtered by %j', (filter) => {
      expect(shownIds(view(shown, filter))).toEqual([['org-001', ['orch-001']]]);
    });

    it('are shown when the search holds nothing but blanks', () => {
      expect(view(shown, { search: '  ' }).groups).toHaveLength(2);
    });
  });

  describe('search', () => {
    it.each([
      ['the id of an orchestrator', 'ORCH-002', ['orch-002']],
      ['a part of its name', 'front', ['orch-001', 'orch-004']],
      ['the id of an organization', 'org-002', ['orch-004']],
      ['the name of an organization', 'globex', ['orch-004']],
      ['blanks around the words', '  archive ', ['orch-003']],
      ['what nobody is called', 'nowhere', []],
    ])('finds by %s', (_by, search, ids) => {
      const shown = view(MIXED, { search });

      expect(shownIds(shown).flatMap(([, found]) => found)).toEqual(ids);
      expect(shown.matches).toBe(ids.length);
    });
  });

  describe('status', () => {
    it('shows only those of the status', () => {
      expect(shownIds(view(MIXED, { status: 'independent' }))).toEqual([['org-001', ['orch-002']]]);
    });

    it('must fit together with the search', () => {
      expect(view(MIXED, { status: 'independent', search: 'front' })).toMatchObject({
        groups: [],
        matches: 0,
      });
    });
  });

  describe('counts', () => {
    it('counts every status, whichever is chosen', () => {
      const counts = { active: 2, independent: 1, inactive: 1, error: 0 };

      expect(view(MIXED).counts).toEqual(counts);
      expect(view(MIXED, { status: 'independent' }).counts).toEqual(counts);
    });

    it('counts only what the search finds', () => {
      expect(view(MIXED, { search: 'front' }).counts).toEqual({
        active: 2,
        independent: 0,
        inactive: 0,
        error: 0,
      });
    });
  });

  describe('switches', () => {
    it('show the wanted state while they are under way, in the counts and the filter too', () => {
      const switches = new Map<string, Switch>([['orch-001', { name: 'under-way', isIndependent: true }]]);

      const shown = view(MIXED, { status: 'independent' }, switches);

      expect(shownIds(shown)).toEqual([['org-001', ['orch-001', 'orch-002']]]);
      expect(shown.counts).toMatchObject({ active: 1, independent: 2 });
    });

    it('show the old state after a failure, and what failed', () => {
      const failed: Switch = {
        name: 'failed',
        isIndependent: true,
        failure: new ApiError('forbidden', 'Not you.', 'req-1'),
      };

      const [group] = view(fleet(), {}, new Map([['orch-001', failed]])).groups;

      expect(group?.cards).toEqual([{ orchestrator: orchestrator(), switch: failed }]);
    });
  });
});

describe('statusFrom', () => {
  it.each(['active', 'independent', 'inactive', 'error'])('knows %s', (status) => {
    expect(statusFrom(status)).toBe(status);
  });

  it.each([undefined, '', 'Active', 'sleeping'])('takes %p for no status', (parameter) => {
    expect(statusFrom(parameter)).toBeNull();
  });
});
