import type { FleetEvent, FleetEventType, OrchestratorStatus } from '@moolai/contracts';
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
  'message.status': { label: TEXTS.messageStatusChanged, icon: 'messages', tone: 'calm' },
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

const STATUS_TONES: Readonly<Record<OrchestratorStatus, Tone>> = {
  active: 'good',
  independent: 'own',
  inactive: 'warn',
  error: 'bad',
};

/** Icon and tone of an event; status events use the colour of the status. */
export function lookOf({ type, data }: FleetEvent): EventLook {
  // A newer controller can list types that this console does not know.
  const look = EVENT_LOOKS[type] ?? { label: type, icon: 'info', tone: 'calm' };
  switch (type) {
    case 'orchestrator.status':
      return { ...look, tone: STATUS_TONES[data.status] };
    case 'orchestrator.disconnected':
      return data.replaced_by === null ? look : { ...look, label: TEXTS.connectionReplaced, icon: 'warning' };
    case 'config.reported':
    case 'message.created':
    case 'message.status':
      return data.status === 'failed' ? { ...look, icon: 'problem', tone: 'bad' } : look;
    default:
      return look;
  }
}
