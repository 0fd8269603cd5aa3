import type { Actor } from '../../platform/access/principal.js';
import type { AuditedChange } from '../audit/index.js';
import type { FlagChange, OrganizationSwitch, SwitchedRow } from './independence.repository.js';

/** What the audit is told of the switch of one orchestrator. */
export function ofOrchestrator(
  { row, flag }: { row: SwitchedRow; flag: FlagChange },
  actor: Actor,
): AuditedChange {
  return {
    actor,
    action: 'independence.changed',
    organizationId: row.organizationId,
    target: { type: 'orchestrator', id: row.orchestratorId },
    before: { ...flag.before },
    after: { ...flag.after },
  };
}

/**
 * What the audit is told of the switch of an organization: one entry, with how many orchestrators
 * followed. Which ones is in the history of their independence, thousands of entries would hide the one
 * that somebody looks for.
 */
export function ofOrganization(
  { organizationId, flag, rows }: OrganizationSwitch,
  actor: Actor,
): AuditedChange {
  return {
    actor,
    action: 'independence.changed',
    organizationId,
    target: { type: 'organization', id: organizationId },
    before: { ...flag?.before },
    after: { ...flag?.after, orchestrators_changed: rows.length === 0 ? undefined : rows.length },
  };
}
