import type { EnrolmentTokenState } from '@moolai/contracts';
import type { Look } from '../../ui/look-badge';
import { ENROLMENT_TOKENS_TEXTS } from './enrolment-tokens.texts';

const TEXTS = ENROLMENT_TOKENS_TEXTS.tokenLooks;

/** Icon of each state of an enrolment token. */
export const TOKEN_LOOKS: Readonly<Record<EnrolmentTokenState, Look>> = {
  usable: { icon: 'check', label: TEXTS.usable, tone: 'good' },
  expired: { icon: 'clock', label: TEXTS.expired, tone: 'calm' },
  used_up: { icon: 'minus', label: TEXTS.usedUp, tone: 'calm' },
  revoked: { icon: 'trash', label: TEXTS.revoked, tone: 'warn' },
};
