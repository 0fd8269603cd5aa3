import type { EnrolmentTokenState } from '@moolai/contracts';
import type { Look } from '../../ui/look-badge';

/** Icon of each state of an enrolment token. */
export const TOKEN_LOOKS: Readonly<Record<EnrolmentTokenState, Look>> = {
  usable: { icon: 'check', label: 'Usable', tone: 'good' },
  expired: { icon: 'clock', label: 'Expired', tone: 'calm' },
  used_up: { icon: 'minus', label: 'Used up', tone: 'calm' },
  revoked: { icon: 'trash', label: 'Revoked', tone: 'warn' },
};
