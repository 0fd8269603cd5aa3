import type { Transaction } from '../../platform/database/transactions.js';
import type { OrganizationLevel } from '../configuration/index.js';

/** Creates missing organizations; returns their ids. */
export async function addOrganizations(
  tx: Transaction,
  organizations: { organizationId: string; name: string; isIndependent: boolean }[],
): Promise<string[]> {
  const rows = await tx.query<{ organization_id: string }[]>(
    `INSERT INTO organizations (organization_id, name, is_independent)
     SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[]) ORDER BY 1
     ON CONFLICT DO NOTHING RETURNING organization_id`,
    [
      organizations.map((organization) => organization.organizationId),
      organizations.map((organization) => organization.name),
      organizations.map((organization) => organization.isIndependent),
    ],
  );
  return rows.map((row) => row.organization_id);
}

/** A flag switched this way has neither reason nor end. */
export async function describeOrganization(
  tx: Transaction,
  { organizationId, name, isIndependent }: OrganizationLevel,
  actorName: string,
): Promise<void> {
  await tx.query(
    `WITH named AS (
       UPDATE orchestrator_instances SET organization_name = $2
       WHERE organization_id = $1 AND organization_name IS DISTINCT FROM $2
     )
     UPDATE organizations SET name = $2, is_independent = $3, updated_at = now(),
       independence_reason = CASE WHEN is_independent = $3 THEN independence_reason END,
       independence_expires_at = CASE WHEN is_independent = $3 THEN independence_expires_at END,
       independence_updated_at = CASE WHEN is_independent = $3 THEN independence_updated_at ELSE now() END,
       independence_updated_by = CASE WHEN is_independent = $3 THEN independence_updated_by ELSE $4 END
     WHERE organization_id = $1`,
    [organizationId, name, isIndependent, actorName],
  );
}

/** The existing ones of these orchestrators, with their organizations. */
export async function ownersOf(tx: Transaction, orchestratorIds: string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ orchestrator_id: string; organization_id: string }[]>(
    'SELECT orchestrator_id, organization_id FROM orchestrator_instances WHERE orchestrator_id = ANY($1)',
    [orchestratorIds],
  );
  return new Map(rows.map((row) => [row.orchestrator_id, row.organization_id]));
}
