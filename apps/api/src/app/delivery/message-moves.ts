import type { MessageStatus } from '@moolai/contracts';

/** What moves a message on. */
export type Mover = 'administrator' | 'delivery' | 'acknowledgement' | 'expiry' | 'deletion';

/** One transition, and what makes it. */
export interface Move {
  from: MessageStatus;
  to: MessageStatus;
  by: readonly Mover[];
}

/**
 * Every transition of the contract's state machine, with all that make it. An administrator may make each of them:
 * `sent` by hand says that the message was handed over, and it then waits for an acknowledgement like any other.
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

/** The states from which `mover` may move a message to `next`: what a statement's WHERE names. */
export function statesBefore(next: MessageStatus, mover: Mover): MessageStatus[] {
  return MESSAGE_MOVES.filter(({ to, by }) => to === next && by.includes(mover)).map(({ from }) => from);
}

/**
 * SQL: an end is still to come. Delivery and expiry look for exactly these messages, retention removes all others, and
 * the partial indexes have the same words. `sent` without `awaits_ack` is the end of a message to an orchestrator that
 * acknowledges nothing; only delivery sets it, after it has written the message.
 */
export const IS_OPEN = `(status = 'pending' OR (status = 'sent' AND awaits_ack))`;

/** SQL: still to be delivered. */
export const IN_OUTBOX = `direction = 'to_orchestrator' AND ${IS_OPEN}`;
