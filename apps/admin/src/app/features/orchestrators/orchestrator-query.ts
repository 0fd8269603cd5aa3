import { CONFIG_STATUSES, ORCHESTRATOR_STATUSES, type OrchestratorFacetsQuery } from '@moolai/contracts';
import { given, oneOf, type AddressParams } from '../../core/address';

/** The filters of the list, according to the URL. */
export type OrchestratorFilter = OrchestratorFacetsQuery;
/** Their query parameters. */
export const FILTERS = [
  'search',
  'status',
  'organization_id',
  'version',
  'label',
  'config_status',
  'connected',
  'quarantined',
];

function yesOrNo(word: string | undefined): boolean | undefined {
  const known = oneOf(['true', 'false'], word);
  return known === undefined ? undefined : known === 'true';
}

export function orchestratorFilterOf(params: AddressParams): OrchestratorFilter {
  return given({
    search: params['search'] || undefined,
    status: oneOf(ORCHESTRATOR_STATUSES, params['status']),
    organization_id: params['organization_id'] || undefined,
    version: params['version'] || undefined,
    label: params['label'] || undefined,
    config_status: oneOf(CONFIG_STATUSES, params['config_status']),
    connected: yesOrNo(params['connected']),
    quarantined: yesOrNo(params['quarantined']),
  });
}
