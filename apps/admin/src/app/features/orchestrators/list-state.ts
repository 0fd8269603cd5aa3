import {
  CONFIG_STATUSES,
  ORCHESTRATOR_SORT_FIELDS,
  ORCHESTRATOR_STATUSES,
  type OrchestratorFacetsQuery,
  type OrchestratorListQuery,
} from '@moolai/contracts';

export const PAGE_SIZE = 50;
/** More ids than this do not fit into an address that every browser and proxy takes. */
export const MAX_SELECTED = 100;
/** Stands in the address for everything that matches; no id can be called so. */
const EVERYTHING = '*';

/** Which orchestrators a bulk action concerns. */
export type Selection = 'everything' | ReadonlySet<string>;

/** What the list shows; all of it is in the address. */
export interface ListState {
  readonly filter: OrchestratorFacetsQuery;
  readonly sort: string;
  readonly page: number;
  readonly selection: Selection;
}

/** Query parameters of an address, as the router gives them. */
export type AddressParams = Readonly<Record<string, string | undefined>>;

function oneOf<T extends string>(words: readonly T[], word: string | undefined): T | undefined {
  return words.find((known) => known === word);
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

function selectionOf(param: string | undefined): Selection {
  if (param === EVERYTHING) return 'everything';
  return new Set((param ?? '').split(',').filter((id) => id !== ''));
}

/** What an address asks to see; whatever it asks that does not exist is left out. */
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

/** The question to the API that a state stands for. */
export function listQueryOf({ filter, sort, page }: ListState): OrchestratorListQuery {
  return { ...filter, sort, page, page_size: PAGE_SIZE };
}

/** How a selection is written in the address; null leaves it out. */
export function selectionParam(selection: Selection): string | null {
  if (selection === 'everything') return EVERYTHING;
  return selection.size === 0 ? null : [...selection].join(',');
}

/** The selection with some ids put in or taken out. */
export function withSelected(selection: Selection, ids: readonly string[], isSelected: boolean): Selection {
  const next = new Set(selection === 'everything' ? [] : selection);
  for (const id of ids) {
    if (isSelected && next.size < MAX_SELECTED) next.add(id);
    else if (!isSelected) next.delete(id);
  }
  return next;
}

/** True when the state narrows the list down. */
export function isFiltered({ filter }: ListState): boolean {
  return Object.keys(filter).length > 0;
}
