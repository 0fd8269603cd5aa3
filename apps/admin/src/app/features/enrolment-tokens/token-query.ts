import {
  ENROLMENT_TOKEN_SORT_FIELDS,
  ENROLMENT_TOKEN_STATES,
  type EnrolmentTokenListQuery,
} from '@moolai/contracts';

export const PAGE_SIZE = 50;

/** Query parameters of an address, as the router gives them. */
export type AddressParams = Readonly<Record<string, string | undefined>>;

/** What an address asks for; whatever it asks that does not exist is left out. */
export function tokenQueryOf(
  params: AddressParams,
): EnrolmentTokenListQuery & { page: number; sort: string } {
  const { search, organization_id } = params;
  const sort = params['sort'] ?? '';
  const isKnown = ENROLMENT_TOKEN_SORT_FIELDS.some((field) => field === sort.replace(/^-/, ''));
  const state = ENROLMENT_TOKEN_STATES.find((known) => known === params['state']);
  const page = Number(params['page']);
  return {
    page: Number.isInteger(page) && page > 0 ? page : 1,
    page_size: PAGE_SIZE,
    sort: isKnown ? sort : '-id',
    ...(state ? { state } : {}),
    ...(search ? { search } : {}),
    ...(organization_id ? { organization_id } : {}),
  };
}
