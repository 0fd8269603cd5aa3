import { FLEET_EVENT_TYPES, type ActivityQuery, type FleetEvent } from '@moolai/contracts';
import { given, oneOf, type AddressParams } from '../../core/address';
import type { FilterOf } from '../../core/http/address-list';

/** Filters of the activity, as in the URL. */
export type ActivityFilter = FilterOf<ActivityQuery>;

export function activityFilterOf(params: AddressParams): ActivityFilter {
  return given({
    search: params['search'] || undefined,
    type: oneOf(FLEET_EVENT_TYPES, params['type']),
    organization_id: params['organization_id'] || undefined,
    orchestrator_id: params['orchestrator_id'] || undefined,
  });
}

/** True if an event matches the filters. */
export function isAskedFor(filter: ActivityFilter, event: FleetEvent): boolean {
  const { type, search, organization_id, orchestrator_id } = filter;
  return (
    (type === undefined || event.type === type) &&
    (organization_id === undefined || event.organization_id === organization_id) &&
    (orchestrator_id === undefined || event.orchestrator_id === orchestrator_id) &&
    (search === undefined || event.summary.toLowerCase().includes(search.toLowerCase()))
  );
}
