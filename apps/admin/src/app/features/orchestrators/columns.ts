import type { OrchestratorSortField } from '@moolai/contracts';

/** An optional column. */
export interface Column {
  readonly id: string;
  readonly label: string;
  readonly sort?: OrchestratorSortField;
}

/** The columns after the orchestrator and its status, in order. */
export const COLUMNS = [
  { id: 'organization', label: 'Organization', sort: 'organization_id' },
  { id: 'link', label: 'Link' },
  { id: 'heartbeat', label: 'Heartbeat' },
  { id: 'last-seen', label: 'Last seen', sort: 'last_seen' },
  { id: 'config', label: 'Configuration' },
  { id: 'version', label: 'Version', sort: 'version' },
  { id: 'labels', label: 'Labels' },
  { id: 'created', label: 'Created', sort: 'created_at' },
] as const satisfies readonly Column[];

export type ColumnId = (typeof COLUMNS)[number]['id'];

/** Hidden by default. */
export const HIDDEN_AT_FIRST: readonly ColumnId[] = ['labels', 'created'];

/** The hidden columns in a stored preference. */
export function hiddenFrom(kept: string): readonly ColumnId[] {
  const names = new Set(kept.split(','));
  return COLUMNS.filter(({ id }) => names.has(id)).map(({ id }) => id);
}
