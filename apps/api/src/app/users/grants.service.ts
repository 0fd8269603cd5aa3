import { Injectable } from '@nestjs/common';
import { ROLES, type Role } from '@moolai/contracts';
import type { Principal } from '../../platform/access/principal.js';
import type { RoleGrant } from '../../platform/access/role-grant.js';
import { AppError } from '../../platform/errors/app-error.js';
import { OrganizationsService } from '../organizations/index.js';

/** Limits the roles that users may grant: at most their own. */
@Injectable()
export class GrantsService {
  constructor(private readonly organizations: OrganizationsService) {}

  /**
   * Checks a grant by `principal`.
   * @throws AppError `forbidden` for a role above their own, `validation_error` for organizations that are missing,
   * superfluous or outside their scope
   */
  async check(principal: Principal, role: Role, organizationIds: string[] = []): Promise<RoleGrant> {
    if (ROLES.indexOf(role) < ROLES.indexOf(principal.role)) {
      throw new AppError('forbidden', `The role ${principal.role} cannot grant the role ${role}.`);
    }
    if (role === 'superadmin' && organizationIds.length > 0) {
      throw refusal('A superadmin sees every organization; omit organization_ids.');
    }
    if (role !== 'superadmin' && organizationIds.length === 0) {
      throw refusal(`The role ${role} needs at least one organization.`);
    }
    const [unknown] = await this.organizations.unknownOf(organizationIds, principal.scope);
    if (unknown !== undefined) throw refusal(`There is no organization "${unknown}".`);
    return { role, organizationIds };
  }
}

function refusal(detail: string): AppError {
  return new AppError('validation_error', detail, [{ field: 'organization_ids', detail }]);
}
