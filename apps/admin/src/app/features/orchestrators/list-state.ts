import {
  CONFIG_STATUSES,
  ORCHESTRATOR_SORT_FIELDS,
  ORCHESTRATOR_STATUSES,
  type OrchestratorFacetsQuery,
  type OrchestratorListQuery,
} from '@moolai/contracts';
import { oneOf, type AddressParams } from '../../core/address';
import { selectionOf, type Selection } from '../../core/selection';

export const PAGE_SIZE = 50;

/** State of the list, completely in the URL. */
export interface ListState {
  readonly filter: OrchestratorFacetsQuery;
  readonly sort: string;
  readonly page: number;
  readonly selection: Selection;
}

function yesOrNo(word: string | undefined): boolean | undefined {
  const known = oneOf(['true', 'false'], word);
  return known === undefined ? undefined : known === 'true';
}

function filterOf(params: AddressParams): OrchestratorFacetsQuery {
  const found = {
    search: params['search'] || undefined,
    status: oneOf(ORCHESTRATOR_STATUSES, params['status']),
    organization_id: params['organization_id'] || undefined,
    version: params['version'] || undefined,
    label: params['label'] || undefined,
    config_status: oneOf(CONFIG_STATUSES, params['config_status']),
    connected: yesOrNo(params['connected']),
    quarantined: yesOrNo(params['quarantined']),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The state in a URL, without invalid values. */
export function listStateOf(params: AddressParams): ListState {
  const field = params['sort']?.replace(/^-/, '');
  const isKnown = ORCHESTRATOR_SORT_FIELDS.some((known) => known === field);
  const page = Number(params['page']);
  return {
    filter: filterOf(params),
    sort: isKnown && params['sort'] ? params['sort'] : 'orchestrator_id',
    page: Number.isInteger(page) && page > 0 ? page : 1,
    selection: selectionOf(params['selected']),
  };
}

/** The API query for a state. */
export function listQueryOf({ filter, sort, page }: ListState): OrchestratorListQuery {
  return { ...filter, sort, page, page_size: PAGE_SIZE };
}

/** True if the state has filters. */
export function isFiltered({ filter }: ListState): boolean {
  return Object.keys(filter).length > 0;
}
