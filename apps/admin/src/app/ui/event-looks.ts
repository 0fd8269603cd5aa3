import type { FleetEvent, FleetEventType } from '@moolai/contracts';
import type { Tone } from './axes';
import type { IconName } from './icon-paths';
import { UI_TEXTS } from './ui.texts';

const TEXTS = UI_TEXTS.eventLooks;

/** Icon and tone of an event. */
export interface EventLook {
  readonly label: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** Icon and tone of each event type. */
export const EVENT_LOOKS: Readonly<Record<FleetEventType, EventLook>> = {
  'orchestrator.status': { label: TEXTS.statusChanged, icon: 'activity', tone: 'calm' },
  'message.created': { label: TEXTS.messageCreated, icon: 'messages', tone: 'own' },
  'message.status': { label: TEXTS.messageStateChanged, icon: 'messages', tone: 'calm' },
  'config.pushed': { label: TEXTS.configurationPushed, icon: 'send', tone: 'own' },
  'independence.changed': { label: TEXTS.independenceChanged, icon: 'diamond', tone: 'own' },
  'orchestrator.connected': { label: TEXTS.connected, icon: 'link', tone: 'good' },
  'orchestrator.disconnected': { label: TEXTS.disconnected, icon: 'unlink', tone: 'warn' },
  'orchestrator.refused': { label: TEXTS.registrationRefused, icon: 'problem', tone: 'bad' },
  'orchestrator.created': { label: TEXTS.orchestratorCreated, icon: 'plus', tone: 'good' },
  'orchestrator.changed': { label: TEXTS.orchestratorChanged, icon: 'edit', tone: 'calm' },
  'orchestrator.deleted': { label: TEXTS.orchestratorDecommissioned, icon: 'trash', tone: 'warn' },
  'orchestrator.enrolled': { label: TEXTS.enrolled, icon: 'check', tone: 'good' },
  'orchestrator.quarantined': { label: TEXTS.quarantined, icon: 'problem', tone: 'bad' },
  'orchestrator.released': { label: TEXTS.releasedFromQuarantine, icon: 'check', tone: 'good' },
  'credential.rotation_started': { label: TEXTS.credentialRotationStarted, icon: 'edit', tone: 'own' },
  'credential.rotated': { label: TEXTS.credentialRotated, icon: 'check', tone: 'good' },
  'credential.revoked': { label: TEXTS.credentialRevoked, icon: 'unlink', tone: 'warn' },
  'enrolment_token.created': { label: TEXTS.enrolmentTokenCreated, icon: 'plus', tone: 'own' },
  'enrolment_token.revoked': { label: TEXTS.enrolmentTokenRevoked, icon: 'trash', tone: 'warn' },
  'config.changed': { label: TEXTS.configurationChanged, icon: 'edit', tone: 'calm' },
  'config.reported': { label: TEXTS.configurationAcknowledged, icon: 'check', tone: 'good' },
  'metrics.refused': { label: TEXTS.metricsRefused, icon: 'warning', tone: 'warn' },
  'organization.created': { label: TEXTS.organizationCreated, icon: 'plus', tone: 'good' },
  'organization.changed': { label: TEXTS.organizationChanged, icon: 'edit', tone: 'calm' },
  'organization.deactivated': { label: TEXTS.organizationDeactivated, icon: 'pause', tone: 'warn' },
};

const STATUS_TONES: Readonly<Record<string, Tone>> = {
  active: 'good',
  independent: 'own',
  inactive: 'warn',
  error: 'bad',
};

/** Icon and tone of an event; status events use the colour of the status. */
export function lookOf({ type, data }: FleetEvent): EventLook {
  const look = EVENT_LOOKS[type] ?? { label: type, icon: 'info', tone: 'calm' };
  if (typeof data['replaced_by'] === 'string')
    return { ...look, label: TEXTS.connectionReplaced, icon: 'warning' };
  if (data['status'] === 'failed') return { ...look, icon: 'problem', tone: 'bad' };
  if (type !== 'orchestrator.status') return look;
  const { status } = data;
  return { ...look, tone: (typeof status === 'string' && STATUS_TONES[status]) || look.tone };
}
