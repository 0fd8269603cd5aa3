import { Injectable } from '@nestjs/common';
import { systemActor } from '../../platform/access/principal.js';
import { AccessWatch } from '../../platform/access/access-watch.js';
import type { RoleGrant } from '../../platform/access/role-grant.js';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import { AuditTrail } from '../audit/index.js';
import { SessionsService, type ContinuedSession, type Origin } from '../auth/index.js';
import { OrganizationsService } from '../organizations/index.js';
import { userChange, UsersRepository, type UserEntity } from '../users/index.js';
import { OidcProvider, type ProviderAccount } from './oidc-provider.js';
import { mapRole } from './role-mapping.js';

/** Whose doing it is that a user comes to be, or changes, with a sign-in. */
const PROVIDER = systemActor('oidc');

/** Why an account that has signed in at the provider may not enter; the console has words for each. */
export type OidcRefusal = 'no_role' | 'no_email' | 'email_taken' | 'inactive';

/** A sign-in that the provider has confirmed and that is refused all the same. */
export class OidcRefusedError extends Error {
  constructor(readonly reason: OidcRefusal) {
    super(reason);
  }
}

/** Users who sign in at a provider: it says who they are and, by a claim, what they may do. */
@Injectable()
export class OidcService {
  constructor(
    private readonly provider: OidcProvider,
    private readonly users: UsersRepository,
    private readonly organizations: OrganizationsService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
    private readonly watch: AccessWatch,
  ) {}

  /**
   * Signs the account in. Its role follows the provider with each sign-in, also where the last superadmin
   * loses it: the provider, not this controller, says who is one, and can name another at any time.
   * @throws OidcRefusedError
   */
  async signIn(account: ProviderAccount, origin: Origin): Promise<ContinuedSession> {
    const known = await this.users.findByOidcSubject(account.subject);
    try {
      return await this.sessions.start(await this.admit(account, known), origin);
    } catch (error) {
      if (error instanceof OidcRefusedError) {
        const { reason } = error;
        await this.sessions.records.refused({ email: account.email ?? null, user: known, reason, origin });
      }
      throw error;
    }
  }

  private async admit(account: ProviderAccount, known: UserEntity | null): Promise<UserEntity> {
    if (known && !known.isActive) throw new OidcRefusedError('inactive');
    const role = await this.roleOf(account).catch(async (error: unknown) => {
      if (known && error instanceof OidcRefusedError) await this.endAll(known);
      throw error;
    });
    return known ? this.follow(known, role) : this.create(account, role);
  }

  /** Whoever has no role any more has no session any more either. */
  private async endAll({ userId }: UserEntity): Promise<void> {
    await this.users.transaction((tx) => tx.endSessions(userId, 'no_role'));
    this.watch.announce({ kind: 'user', id: userId });
  }

  private async roleOf({ roleClaim }: ProviderAccount): Promise<RoleGrant> {
    const mapped = mapRole(roleClaim, this.provider.oidcSettings);
    if (!mapped) throw new OidcRefusedError('no_role');
    const unknown = await this.organizations.unknownOf(mapped.organizationIds, ALL_ORGANIZATIONS);
    const organizationIds = mapped.organizationIds.filter((id) => !unknown.includes(id));
    if (mapped.role !== 'superadmin' && organizationIds.length === 0) throw new OidcRefusedError('no_role');
    return { role: mapped.role, organizationIds };
  }

  private async follow(user: UserEntity, { role, organizationIds }: RoleGrant): Promise<UserEntity> {
    const isSame = user.role === role && user.organizationIds.join() === organizationIds.join();
    if (isSame) return user;
    return this.users.transaction(async (tx) => {
      const after = await tx.change(user.userId, { role, organizationIds });
      await this.audit.record(userChange('user.changed', PROVIDER, user, after), tx.manager);
      return after;
    });
  }

  /** An address that a user with a password has is not taken over: the provider may let anyone claim it. */
  private async create(
    { subject, email, name }: ProviderAccount,
    { role, organizationIds }: RoleGrant,
  ): Promise<UserEntity> {
    if (email === undefined) throw new OidcRefusedError('no_email');
    const user = await this.users.transaction(async (tx) => {
      const row = await tx.create({
        email,
        name: name ?? email,
        role,
        organizationIds,
        oidcSubject: subject,
        createdBy: PROVIDER.name,
      });
      if (row) await this.audit.record(userChange('user.created', PROVIDER, null, row), tx.manager);
      return row;
    });
    if (!user) throw new OidcRefusedError('email_taken');
    return user;
  }
}
