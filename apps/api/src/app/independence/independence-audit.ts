import type { Actor } from '../../platform/access/principal.js';
import type { AuditedChange } from '../audit/index.js';
import type { FlagChange, OrganizationSwitch, SwitchedRow } from './independence.repository.js';

/** The audited switch of an orchestrator. */
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
 * The audited switch of an organization: one entry with the number of switched orchestrators. They are listed in the
 * independence history; thousands of entries would hide all others.
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
