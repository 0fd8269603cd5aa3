import type { OrchestratorSortField } from '@moolai/contracts';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.columns;

/** An optional column. */
export interface Column {
  readonly id: string;
  readonly label: string;
  readonly sort?: OrchestratorSortField;
}

/** The columns after the orchestrator and its status, in order. */
export const COLUMNS = [
  { id: 'organization', label: TEXTS.organization, sort: 'organization_id' },
  { id: 'link', label: TEXTS.link },
  { id: 'heartbeat', label: TEXTS.heartbeat },
  { id: 'last-seen', label: TEXTS.lastSeen, sort: 'last_seen' },
  { id: 'config', label: TEXTS.configuration },
  { id: 'version', label: TEXTS.version, sort: 'version' },
  { id: 'labels', label: TEXTS.labels },
  { id: 'created', label: TEXTS.created, sort: 'created_at' },
] as const satisfies readonly Column[];

export type ColumnId = (typeof COLUMNS)[number]['id'];

/** Hidden by default. */
export const HIDDEN_AT_FIRST: readonly ColumnId[] = ['labels', 'created'];

/** The hidden columns in a stored preference. */
export function hiddenFrom(kept: string): readonly ColumnId[] {
  const names = new Set(kept.split(','));
  return COLUMNS.filter(({ id }) => names.has(id)).map(({ id }) => id);
}
