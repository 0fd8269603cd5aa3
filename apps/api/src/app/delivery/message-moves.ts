import type { MessageStatus } from '@moolai/contracts';

/** The cause of a transition. */
export type Mover = 'administrator' | 'delivery' | 'acknowledgement' | 'expiry' | 'deletion';

/** One transition and its causes. */
export interface Move {
  from: MessageStatus;
  to: MessageStatus;
  by: readonly Mover[];
}

/**
 * All transitions of the contract's state machine with their causes. An administrator may make each of them: setting
 * `sent` means that the message was handed over, and it then awaits an acknowledgement like any other.
 */
export const MESSAGE_MOVES: readonly Move[] = [
  { from: 'pending', to: 'sent', by: ['delivery', 'administrator'] },
  { from: 'pending', to: 'expired', by: ['expiry', 'administrator'] },
  { from: 'pending', to: 'cancelled', by: ['administrator', 'deletion'] },
  { from: 'sent', to: 'delivered', by: ['acknowledgement', 'administrator'] },
  { from: 'sent', to: 'failed', by: ['acknowledgement', 'delivery', 'administrator', 'deletion'] },
  { from: 'sent', to: 'expired', by: ['expiry', 'administrator'] },
  { from: 'received', to: 'acknowledged', by: ['administrator'] },
  { from: 'received', to: 'dismissed', by: ['administrator'] },
];

/** The states from which `mover` may move a message to `next`, for the WHERE clause of a statement. */
export function statesBefore(next: MessageStatus, mover: Mover): MessageStatus[] {
  return MESSAGE_MOVES.filter(({ to, by }) => to === next && by.includes(mover)).map(({ from }) => from);
}

/**
 * SQL: the message is open. Delivery and expiry process exactly these messages, retention removes all others, and the
 * partial indexes use the same condition. `sent` without `awaits_ack` is the final status of a message to an
 * orchestrator without acknowledgements; only delivery sets it, after writing the message.
 */
export const IS_OPEN = `(status = 'pending' OR (status = 'sent' AND awaits_ack))`;

/** SQL: still to be delivered. */
export const IN_OUTBOX = `direction = 'to_orchestrator' AND ${IS_OPEN}`;
