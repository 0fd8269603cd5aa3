import type { FleetEvent, FleetEventType } from '@moolai/contracts';
import type { Tone } from './axes';
import type { IconName } from './icon-paths';

/** Icon and tone of an event. */
export interface EventLook {
  readonly label: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** Icon and tone of each event type. */
export const EVENT_LOOKS: Readonly<Record<FleetEventType, EventLook>> = {
  'orchestrator.status': { label: 'Status changed', icon: 'activity', tone: 'calm' },
  'message.created': { label: 'Message created', icon: 'messages', tone: 'own' },
  'message.status': { label: 'Message state changed', icon: 'messages', tone: 'calm' },
  'config.pushed': { label: 'Configuration pushed', icon: 'send', tone: 'own' },
  'independence.changed': { label: 'Independence changed', icon: 'diamond', tone: 'own' },
  'orchestrator.connected': { label: 'Connected', icon: 'link', tone: 'good' },
  'orchestrator.disconnected': { label: 'Disconnected', icon: 'unlink', tone: 'warn' },
  'orchestrator.refused': { label: 'Registration refused', icon: 'problem', tone: 'bad' },
  'orchestrator.created': { label: 'Orchestrator created', icon: 'plus', tone: 'good' },
  'orchestrator.changed': { label: 'Orchestrator changed', icon: 'edit', tone: 'calm' },
  'orchestrator.deleted': { label: 'Orchestrator decommissioned', icon: 'trash', tone: 'warn' },
  'orchestrator.enrolled': { label: 'Enrolled', icon: 'check', tone: 'good' },
  'orchestrator.quarantined': { label: 'Quarantined', icon: 'problem', tone: 'bad' },
  'orchestrator.released': { label: 'Released from quarantine', icon: 'check', tone: 'good' },
  'credential.rotation_started': { label: 'Credential rotation started', icon: 'edit', tone: 'own' },
  'credential.rotated': { label: 'Credential rotated', icon: 'check', tone: 'good' },
  'credential.revoked': { label: 'Credential revoked', icon: 'unlink', tone: 'warn' },
  'enrolment_token.created': { label: 'Enrolment token created', icon: 'plus', tone: 'own' },
  'enrolment_token.revoked': { label: 'Enrolment token revoked', icon: 'trash', tone: 'warn' },
  'config.changed': { label: 'Configuration changed', icon: 'edit', tone: 'calm' },
  'config.reported': { label: 'Configuration acknowledged', icon: 'check', tone: 'good' },
  'metrics.refused': { label: 'Metrics refused', icon: 'warning', tone: 'warn' },
  'organization.created': { label: 'Organization created', icon: 'plus', tone: 'good' },
  'organization.changed': { label: 'Organization changed', icon: 'edit', tone: 'calm' },
  'organization.deactivated': { label: 'Organization deactivated', icon: 'pause', tone: 'warn' },
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
    return { ...look, label: 'Connection replaced', icon: 'warning' };
  if (data['status'] === 'failed') return { ...look, icon: 'problem', tone: 'bad' };
  if (type !== 'orchestrator.status') return look;
  const { status } = data;
  return { ...look, tone: (typeof status === 'string' && STATUS_TONES[status]) || look.tone };
}
