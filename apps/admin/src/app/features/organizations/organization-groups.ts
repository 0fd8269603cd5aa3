import {
  ORCHESTRATOR_STATUSES,
  type Orchestrator,
  type OrchestratorStatus,
  type Organization,
} from '@moolai/contracts';
import { switched, type Fleet, type Switch } from './fleet';

/** What the page is narrowed down to. */
export interface FleetFilter {
  status: OrchestratorStatus | null;
  search: string;
}

/** One orchestrator as its card shows it. */
export interface OrchestratorCardView {
  orchestrator: Orchestrator;
  switch: Switch | null;
}

/** One organization with those of its orchestrators that match. */
export interface OrganizationGroup {
  id: string;
  name: string;
  /** Null when the controller does not list the organization. */
  organization: Organization | null;
  cards: OrchestratorCardView[];
}

/** The page's content. */
export interface FleetView {
  groups: OrganizationGroup[];
  /** How many match. */
  matches: number;
  /** How many of those that match the search have which status. */
  counts: Record<OrchestratorStatus, number>;
}

// orch-2 comes before orch-10.
const COLLATOR = new Intl.Collator('en', { numeric: true });

function asShown(orchestrator: Orchestrator, change: Switch | undefined): OrchestratorCardView {
  const shown = change?.name === 'under-way' ? switched(orchestrator, change.isIndependent) : orchestrator;
  return { orchestrator: shown, switch: change ?? null };
}

function matchesSearch(search: string, ...texts: (string | null)[]): boolean {
  return texts.some((text) => text?.toLowerCase().includes(search));
}

function emptyGroups(fleet: Fleet): Map<string, OrganizationGroup> {
  return new Map(
    fleet.organizations.map((organization) => {
      const { organization_id: id, name } = organization;
      return [id, { id, name: name || id, organization, cards: [] }];
    }),
  );
}

/** Groups the matching orchestrators by organization. An organization without any shows only unfiltered. */
export function groupFleet(
  fleet: Fleet,
  switches: ReadonlyMap<string, Switch>,
  filter: FleetFilter,
): FleetView {
  const search = filter.search.trim().toLowerCase();
  const groups = emptyGroups(fleet);
  const counts: Record<OrchestratorStatus, number> = { active: 0, independent: 0, inactive: 0, error: 0 };
  let matches = 0;
  for (const one of fleet.orchestrators) {
    const id = one.organization_id;
    const group = groups.get(id) ?? { id, name: one.organization_name ?? id, organization: null, cards: [] };
    groups.set(id, group);
    if (!matchesSearch(search, one.orchestrator_id, one.name, id, group.name)) continue;
    const card = asShown(one, switches.get(one.orchestrator_id));
    counts[card.orchestrator.status] += 1;
    if (filter.status && card.orchestrator.status !== filter.status) continue;
    group.cards.push(card);
    matches += 1;
  }
  const isFiltered = search !== '' || filter.status !== null;
  const shown = [...groups.values()].filter((group) => !isFiltered || group.cards.length > 0);
  shown.sort((a, b) => COLLATOR.compare(a.id, b.id));
  for (const group of shown) {
    group.cards.sort((a, b) =>
      COLLATOR.compare(a.orchestrator.orchestrator_id, b.orchestrator.orchestrator_id),
    );
  }
  return { groups: shown, matches, counts };
}

/** The status that an address names; null when it names none that exists. */
export function statusFrom(parameter: string | undefined): OrchestratorStatus | null {
  return ORCHESTRATOR_STATUSES.find((status) => status === parameter) ?? null;
}
