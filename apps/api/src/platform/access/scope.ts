/**
 * The organizations that somebody sees and touches; null is all of them. Applied where a query is built:
 * what is outside is not found, so that ids cannot be probed (contract section 2).
 */
export type Scope = readonly string[] | null;

/** The scope of the controller itself and of superadmins. */
export const ALL_ORGANIZATIONS: Scope = null;

/** True when something of this organization is within the scope; null is what belongs to the whole fleet. */
export function isInScope(scope: Scope, organizationId: string | null): boolean {
  return scope === null || (organizationId !== null && scope.includes(organizationId));
}

/**
 * A condition for raw SQL.
 * @param column of the organization's id
 * @param parameter the placeholder that the scope is bound to, such as `$3`
 */
export function inScope(column: string, parameter: string): string {
  return `(${parameter}::text[] IS NULL OR ${column} = ANY(${parameter}))`;
}
