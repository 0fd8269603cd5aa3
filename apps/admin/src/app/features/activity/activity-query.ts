import { FLEET_EVENT_TYPES, type ActivityQuery, type FleetEvent } from '@moolai/contracts';

export const PAGE_SIZE = 50;

/** Query parameters of an address, as the router gives them. */
export type AddressParams = Readonly<Record<string, string | undefined>>;

/** What an address asks for; whatever it asks that does not exist is left out. */
export function activityQueryOf(params: AddressParams): ActivityQuery {
  const type = FLEET_EVENT_TYPES.find((known) => known === params['type']);
  const page = Number(params['page']);
  const { search, organization_id, orchestrator_id } = params;
  return {
    page: Number.isInteger(page) && page > 0 ? page : 1,
    page_size: PAGE_SIZE,
    ...(type ? { type } : {}),
    ...(search ? { search } : {}),
    ...(organization_id ? { organization_id } : {}),
    ...(orchestrator_id ? { orchestrator_id } : {}),
  };
}

/** True when an event is one of those that are asked for. */
export function isAskedFor(query: ActivityQuery, event: FleetEvent): boolean {
  const { type, search, organization_id, orchestrator_id } = query;
  return (
    (type === undefined || event.type === type) &&
    (organization_id === undefined || event.organization_id === organization_id) &&
    (orchestrator_id === undefined || event.orchestrator_id === orchestrator_id) &&
    (search === undefined || event.summary.toLowerCase().includes(search.toLowerCase()))
  );
}
