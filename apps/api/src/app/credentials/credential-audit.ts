import type { AuditAction } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import type { AuditedChange } from '../audit/index.js';
import type { EnrolmentTokenEntity } from './enrolment-token.entity.js';

/** The owner of a credential. */
export interface CredentialOwner {
  orchestratorId: string;
  organizationId: string;
}

type States = Pick<AuditedChange, 'before' | 'after'>;

/** An orchestrator as the actor of a change to its own credential. */
export function orchestratorActor(orchestratorId: string, address: string): Actor {
  const name = 'orchestrator';
  return { kind: 'system', id: orchestratorId, name, scope: ALL_ORGANIZATIONS, address, requestId: null };
}

/** The audited change of a credential. */
export function ofCredential(
  action: AuditAction,
  { orchestratorId, organizationId }: CredentialOwner,
  actor: Actor,
  states: States,
): AuditedChange {
  return { actor, action, organizationId, target: { type: 'credential', id: orchestratorId }, ...states };
}

/** The audited change of a quarantine. */
export function ofQuarantine(
  action: 'orchestrator.quarantined' | 'orchestrator.released',
  { orchestratorId, organizationId }: CredentialOwner,
  actor: Actor,
  states: States,
): AuditedChange {
  return { actor, action, organizationId, target: { type: 'orchestrator', id: orchestratorId }, ...states };
}

/** The audited change of an enrolment token. */
export function ofEnrolmentToken(
  action: 'enrolment_token.created' | 'enrolment_token.revoked',
  row: EnrolmentTokenEntity,
  actor: Actor,
): AuditedChange {
  const target = { type: 'enrolment_token', id: String(row.id) } as const;
  const base = { actor, action, organizationId: row.organizationId, target };
  if (action === 'enrolment_token.revoked') {
    return { ...base, before: { revoked_at: null }, after: { revoked_at: row.revokedAt?.toISOString() } };
  }
  const { name, organizationId: organization_id, maxUses: max_uses, expiresAt } = row;
  return { ...base, after: { name, organization_id, max_uses, expires_at: expiresAt.toISOString() } };
}
