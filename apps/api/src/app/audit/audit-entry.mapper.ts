import type { AuditEntry } from '@moolai/contracts';
import type { AuditEntryEntity } from './audit-entry.entity.js';

/** A row as the API and exports show it; the hash covers exactly this. */
export function toAuditEntry(row: AuditEntryEntity): AuditEntry {
  return {
    position: row.position,
    at: row.at.toISOString(),
    action: row.action,
    actor_kind: row.actorKind,
    actor_id: row.actorId,
    actor_name: row.actorName,
    address: row.address,
    request_id: row.requestId,
    organization_id: row.organizationId,
    target_type: row.targetType,
    target_id: row.targetId,
    before: row.before,
    after: row.after,
    previous_hash: row.previousHash,
    hash: row.hash,
  };
}
