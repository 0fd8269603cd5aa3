import {
  AUDIT_ACTIONS,
  AUDIT_ACTOR_KINDS,
  AUDIT_TARGET_TYPES,
  type AuditAction,
  type AuditActorKind,
  type AuditFilter,
  type AuditTargetType,
} from '@moolai/contracts';
import { given, oneOf, type AddressParams } from '../../core/address';
import { AUDIT_TEXTS } from './audit.texts';

const TEXTS = AUDIT_TEXTS.auditQuery;

/** Filters of the audit log, as in the URL. */
export const FILTERS = [
  'search',
  'actor',
  'actor_kind',
  'action',
  'organization_id',
  'target_type',
  'target_id',
  'period',
  'from',
  'to',
];

/** Periods before now; the URL has the name, so that a link keeps its meaning. */
export const PERIODS = ['1h', '24h', '7d', '30d'] as const;
export type Period = (typeof PERIODS)[number];
export const PERIOD_LABELS: Readonly<Record<Period, string>> = {
  '1h': TEXTS.lastHour,
  '24h': TEXTS.last24Hours,
  '7d': TEXTS.last7Days,
  '30d': TEXTS.last30Days,
};
const PERIOD_MS: Readonly<Record<Period, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

/** URLs have times to the minute, in UTC. */
function momentOf(text: string | undefined): string | undefined {
  const ms = Date.parse(`${text ?? ''}${text?.endsWith('Z') ? '' : 'Z'}`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** The filters in a URL, without invalid ones. */
export function auditFilterOf(params: AddressParams, nowMs: number): AuditFilter {
  const period = oneOf(PERIODS, params['period']);
  return given({
    search: params['search'] || undefined,
    actor: params['actor'] || undefined,
    actor_kind: oneOf(AUDIT_ACTOR_KINDS, params['actor_kind']),
    action: oneOf(AUDIT_ACTIONS, params['action']),
    organization_id: params['organization_id'] || undefined,
    target_type: oneOf(AUDIT_TARGET_TYPES, params['target_type']),
    target_id: params['target_id'] || undefined,
    from: period ? new Date(nowMs - PERIOD_MS[period]).toISOString() : momentOf(params['from']),
    to: momentOf(params['to']),
  });
}

/** The label of an action: "config.changed" is "Configuration changed". */
export function actionLabel(action: AuditAction | AuditTargetType): string {
  const words = action
    .replaceAll(/[._]/g, ' ')
    .replace('api ', 'API ')
    .replace(/^config /, 'configuration ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const ACTOR_LABELS: Readonly<Record<AuditActorKind, string>> = {
  user: TEXTS.user,
  api_token: TEXTS.apiToken,
  dev_token: TEXTS.devToken,
  system: TEXTS.theController,
};
