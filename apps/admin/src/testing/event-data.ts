import type { FleetEventData, FleetEventType, MessageEventData, NoEventData } from '@moolai/contracts';

const NO_DATA: NoEventData = {};

const MESSAGE: MessageEventData = {
  id: 1,
  direction: 'to_orchestrator',
  message_type: 'cache.flush',
  status: 'pending',
  attempts: 0,
  failure_reason: null,
};

const CONNECTED: FleetEventData<'orchestrator.connected'> = {
  session_id: 'session-1',
  remote_address: '192.0.2.1',
  is_independent: false,
  was_abnormal: false,
};

const TOKEN: FleetEventData<'enrolment_token.created'> = { enrolment_token_id: 1, name: 'Oslo' };

/** Data of each type of event, for tests that are about something else. */
export const EVENT_DATA: { readonly [T in FleetEventType]: FleetEventData<T> } = {
  'orchestrator.status': {
    status: 'active',
    status_reason: 'Heartbeats arrive.',
    previous_status: 'inactive',
    connected: true,
    is_independent: false,
    last_seen: null,
  },
  'message.created': MESSAGE,
  'message.status': { ...MESSAGE, status: 'sent', attempts: 1 },
  'config.pushed': { config_version: 1 },
  'independence.changed': { is_independent: true, reason: null, expires_at: null },
  'orchestrator.connected': CONNECTED,
  'orchestrator.disconnected': { ...CONNECTED, drop_reason: null, replaced_by: null },
  'orchestrator.refused': {
    error: 'unauthorized',
    detail: 'The token is not valid.',
    remote_address: '192.0.2.1',
    untold_before: 0,
  },
  'orchestrator.created': NO_DATA,
  'orchestrator.changed': NO_DATA,
  'orchestrator.deleted': NO_DATA,
  'orchestrator.enrolled': NO_DATA,
  'orchestrator.quarantined': { reason: 'Two machines present its credential.' },
  'orchestrator.released': NO_DATA,
  'credential.rotation_started': NO_DATA,
  'credential.rotated': NO_DATA,
  'credential.revoked': NO_DATA,
  'enrolment_token.created': TOKEN,
  'enrolment_token.revoked': TOKEN,
  'config.changed': { level: 'orchestrator' },
  'config.reported': { config_version: 1, status: 'applied', detail: null },
  'metrics.refused': { count: 1, name: 'latency', limit: 'orchestrator' },
  'organization.created': NO_DATA,
  'organization.changed': NO_DATA,
  'organization.deactivated': NO_DATA,
};
