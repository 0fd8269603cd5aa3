/**
 * The organizations that a principal may see and change; null means all. Applied when a query is built: anything
 * outside is reported as not found, so that ids cannot be probed (contract section 2).
 */
export type Scope = readonly string[] | null;

/** The scope of the controller itself and of superadmins. */
export const ALL_ORGANIZATIONS: Scope = null;

/** True if something of this organization is within the scope; null stands for the whole fleet. */
export function isInScope(scope: Scope, organizationId: string | null): boolean {
  return scope === null || (organizationId !== null && scope.includes(organizationId));
}

/**
 * A condition for raw SQL.
 * @param column the organization's id
 * @param parameter the placeholder bound to the scope, such as `$3`
 */
export function inScope(column: string, parameter: string): string {
  return `(${parameter}::text[] IS NULL OR ${column} = ANY(${parameter}))`;
}
