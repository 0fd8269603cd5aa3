import type { Permission } from '@moolai/contracts';
import type { IconName } from '../../ui/icon-paths';

/** An action on many orchestrators at once. */
export interface BulkAction {
  readonly id: 'independent' | 'managed' | 'decommission';
  readonly label: string;
  readonly icon: IconName;
  readonly permission: Permission;
  /** The effect on the affected ones. */
  readonly meaning: string;
  /** Label of a successful result. */
  readonly outcome: string;
}

/** All bulk actions; forbidden ones are not offered. */
export const BULK_ACTIONS: readonly BulkAction[] = [
  {
    id: 'independent',
    label: 'Make independent',
    icon: 'diamond',
    permission: 'independence:write',
    meaning:
      'Their heartbeats are ignored and their last seen is frozen. Messages and configuration still reach them.',
    outcome: 'made independent',
  },
  {
    id: 'managed',
    label: 'Make managed',
    icon: 'eye',
    permission: 'independence:write',
    meaning: 'Their heartbeats are processed again.',
    outcome: 'made managed',
  },
  {
    id: 'decommission',
    label: 'Decommission',
    icon: 'trash',
    permission: 'orchestrators:manage',
    meaning: 'This deletes them with their configuration and closes their connections. It cannot be undone.',
    outcome: 'decommissioned',
  },
];

/** Beyond this number, the user has to type it. */
export const CONFIRM_ABOVE = 20;

/** True if an action on this many asks for their number. */
export function needsTyping(action: BulkAction, count: number): boolean {
  return count > CONFIRM_ABOVE || action.id === 'decommission';
}
