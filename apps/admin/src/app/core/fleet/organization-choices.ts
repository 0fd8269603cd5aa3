import { computed, type Signal } from '@angular/core';
import { PAGE_SIZE_MAX } from '@moolai/contracts';
import { API } from '../http/api-operations';
import { apiResource } from '../http/api-resource';

/** Existing organizations, as filter choices. */
export function injectOrganizationChoices(): Signal<readonly { value: string; label: string }[]> {
  const list = apiResource(API.listOrganizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  return computed(() =>
    (list.value()?.items ?? []).map(({ organization_id: value, name }) => ({ value, label: name || value })),
  );
}
