import type { OrganizationCounts } from '../orchestrators/index.js';

/** Number of organizations with their own metrics: each adds four series in every Prometheus. */
export const MAX_ORGANIZATIONS = 100;
/** Not a valid organization id. */
export const OTHER = '_other';
export const ALL = '_all';

function sum(counts: OrganizationCounts[], organizationId: string): OrganizationCounts {
  const total = { organizationId, active: 0, independent: 0, inactive: 0, error: 0 };
  for (const one of counts) {
    total.active += one.active;
    total.independent += one.independent;
    total.inactive += one.inactive;
    total.error += one.error;
  }
  return total;
}

function size({ active, independent, inactive, error }: OrganizationCounts): number {
  return active + independent + inactive + error;
}

/**
 * Limits organizations to a number suitable for labels: the largest ones by name, the others together.
 * @param namesThem false to group all of them
 */
export function boundedCounts(counts: OrganizationCounts[], namesThem: boolean): OrganizationCounts[] {
  if (!namesThem) return [sum(counts, ALL)];
  if (counts.length <= MAX_ORGANIZATIONS) return counts;
  const bySize = counts.toSorted(
    (a, b) => size(b) - size(a) || (a.organizationId < b.organizationId ? -1 : 1),
  );
  return [...bySize.slice(0, MAX_ORGANIZATIONS), sum(bySize.slice(MAX_ORGANIZATIONS), OTHER)];
}
