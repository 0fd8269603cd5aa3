import type { Orchestrator } from '@moolai/contracts';

const FIELDS = [
  'orchestrator_id',
  'name',
  'organization_id',
  'organization_name',
  'status',
  'status_reason',
  'connected',
  'is_independent',
  'independence_source',
  'independence_reason',
  'independence_expires_at',
  'last_seen',
  'last_activity',
  'version',
  'config_version',
  'reported_config_version',
  'config_status',
  'created_at',
] as const satisfies readonly (keyof Orchestrator)[];

/** Without it Excel assumes the machine's code page and garbles letters. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A cell that spreadsheets neither split nor evaluate as a formula (RFC 4180; names are free text). */
function cell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Orchestrators as CSV. */
export function toCsv(orchestrators: readonly Orchestrator[]): string {
  const lines = orchestrators.map((one) => FIELDS.map((field) => cell(one[field])).join(','));
  return BYTE_ORDER_MARK + [FIELDS.join(','), ...lines, ''].join('\r\n');
}
