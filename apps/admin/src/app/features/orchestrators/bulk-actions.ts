import type { Permission } from '@moolai/contracts';
import type { IconName } from '../../ui/icon-paths';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.bulkActions;

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
    label: TEXTS.makeIndependent,
    icon: 'diamond',
    permission: 'independence:write',
    meaning: TEXTS.independentMeaning,
    outcome: TEXTS.madeIndependent,
  },
  {
    id: 'managed',
    label: TEXTS.makeManaged,
    icon: 'eye',
    permission: 'independence:write',
    meaning: TEXTS.managedMeaning,
    outcome: TEXTS.madeManaged,
  },
  {
    id: 'decommission',
    label: TEXTS.decommission,
    icon: 'trash',
    permission: 'orchestrators:manage',
    meaning: TEXTS.decommissionMeaning,
    outcome: TEXTS.decommissioned,
  },
];

/** Beyond this number, the user has to type it. */
export const CONFIRM_ABOVE = 20;

/** True if an action on this many asks for their number. */
export function needsTyping(action: BulkAction, count: number): boolean {
  return count > CONFIRM_ABOVE || action.id === 'decommission';
}
