import type { Organization } from '@moolai/contracts';
import type { OrganizationRow } from './organizations.repository.js';

/** A row as the API shows it. */
export function toOrganization(row: OrganizationRow): Organization {
  return {
    organization_id: row.organizationId,
    name: row.name,
    status: row.status,
    is_active: row.isActive,
    is_independent: row.isIndependent,
    independence_reason: row.isIndependent ? row.independenceReason : null,
    independence_expires_at: row.isIndependent ? (row.independenceExpiresAt?.toISOString() ?? null) : null,
    settings: row.settings,
    settings_revision: row.settingsRevision,
    admin_email: row.adminEmail,
    support_email: row.supportEmail,
    website: row.website,
    orchestrator_count: row.orchestratorCount,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
