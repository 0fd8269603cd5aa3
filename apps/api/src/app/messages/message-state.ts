import { MESSAGE_STATUSES, MESSAGE_TRANSITIONS, type MessageStatus } from '@moolai/contracts';

/** The states from which `next` may be reached: what a statement's WHERE names. */
export function statesBefore(next: MessageStatus): MessageStatus[] {
  return MESSAGE_STATUSES.filter((status) => MESSAGE_TRANSITIONS[status].includes(next));
}

/** True for a state that nothing leads away from. */
export function isFinal(status: MessageStatus): boolean {
  return MESSAGE_TRANSITIONS[status].length === 0;
}
