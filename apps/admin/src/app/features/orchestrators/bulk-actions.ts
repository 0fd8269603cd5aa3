import type { Permission } from '@moolai/contracts';
import type { IconName } from '../../ui/icon-paths';

/** Something that can be done to many orchestrators at once. */
export interface BulkAction {
  readonly id: 'independent' | 'managed' | 'decommission';
  readonly label: string;
  readonly icon: IconName;
  readonly permission: Permission;
  /** What it means for those who are concerned. */
  readonly meaning: string;
  /** Said of those to whom it was done. */
  readonly outcome: string;
}

/** Every bulk action; what a person may not do is not offered. */
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

/** Above this many, one types how many there are before anything happens. */
export const CONFIRM_ABOVE = 20;

/** True when an action on so many asks for their number. */
export function needsTyping(action: BulkAction, count: number): boolean {
  return count > CONFIRM_ABOVE || action.id === 'decommission';
}
