import { Injectable } from '@nestjs/common';
import { systemActor } from '../../platform/access/principal.js';
import { AccessWatch } from '../../platform/access/access-watch.js';
import type { RoleGrant } from '../../platform/access/role-grant.js';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import { AuditTrail } from '../audit/index.js';
import { SessionsService, type ContinuedSession, type Origin } from '../auth/index.js';
import { OrganizationsService } from '../organizations/index.js';
import { userChange, UsersRepository, type UserEntity } from '../users/index.js';
import { valuesOf } from './claims.js';
import { FormerAccounts } from './former-accounts.js';
import { OidcProvider, type ProviderAccount } from './oidc-provider.js';
import { OidcRefusedError } from './oidc-refusal.js';
import { mapRole } from './role-mapping.js';

/** The actor when a sign-in creates or changes a user. */
const PROVIDER = systemActor('oidc');
/** Number of claim values in the log. */
const MAX_VALUES = 10;

/** Users of a provider, which determines their identity and, by a claim, their role. */
@Injectable()
export class OidcService {
  private readonly former: FormerAccounts;

  constructor(
    private readonly provider: OidcProvider,
    private readonly users: UsersRepository,
    private readonly organizations: OrganizationsService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
    private readonly watch: AccessWatch,
  ) {
    this.former = new FormerAccounts(users);
  }

  /**
   * Signs the account in. Each sign-in updates the role from the provider, even if the last superadmin loses it: the
   * provider decides who is one, and can appoint another at any time.
   * @throws OidcRefusedError
   */
  async signIn(account: ProviderAccount, origin: Origin): Promise<ContinuedSession> {
    const known =
      (await this.users.findByOidcSubject(account.subject)) ??
      (await this.former.find(account, this.provider.oidcSettings));
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
    if (known && !known.isActive) {
      throw new OidcRefusedError('inactive', `the user ${known.email} was deactivated`);
    }
    const role = await this.roleOf(account).catch(async (error: unknown) => {
      if (known && error instanceof OidcRefusedError) await this.endAll(known);
      throw error;
    });
    return known ? this.follow(known, account.subject, role) : this.create(account, role);
  }

  /** A user without a role must not keep sessions. */
  private async endAll({ userId }: UserEntity): Promise<void> {
    await this.users.transaction((tx) => tx.endSessions(userId, 'no_role'));
    this.watch.announce({ kind: 'user', id: userId });
  }

  private async roleOf({ roleClaim, why }: ProviderAccount): Promise<RoleGrant> {
    const { oidcSettings } = this.provider;
    const claim = oidcSettings.roleClaim;
    if (roleClaim === undefined || roleClaim === null) {
      throw new OidcRefusedError('no_role_claim', `no role: ${why(claim)}`);
    }
    const mapped = mapRole(roleClaim, oidcSettings);
    if (!mapped) {
      const values = valuesOf(roleClaim);
      const named = values.slice(0, MAX_VALUES).map((value) => JSON.stringify(value.slice(0, 100)));
      const said = `${named.join(', ')}${values.length > MAX_VALUES ? ` and ${values.length - MAX_VALUES} more` : ''}`;
      const detail = `no role: the claim "${claim}" has ${said || 'no values'}, of which OIDC_ROLE_MAP maps none`;
      throw new OidcRefusedError('no_role', detail);
    }
    const unknown = await this.organizations.unknownOf(mapped.organizationIds, ALL_ORGANIZATIONS);
    const organizationIds = mapped.organizationIds.filter((id) => !unknown.includes(id));
    if (mapped.role !== 'superadmin' && organizationIds.length === 0) {
      const detail = `no role: OIDC_ROLE_MAP gives organizations that do not exist: ${unknown.join(', ')}`;
      throw new OidcRefusedError('no_role', detail);
    }
    return { role: mapped.role, organizationIds };
  }

  private async follow(
    user: UserEntity,
    subject: string,
    { role, organizationIds }: RoleGrant,
  ): Promise<UserEntity> {
    const isSame =
      user.oidcSubject === subject &&
      user.role === role &&
      user.organizationIds.join() === organizationIds.join();
    if (isSame) return user;
    return this.users.transaction(async (tx) => {
      const after = await tx.change(user.userId, { role, organizationIds, oidcSubject: subject });
      await this.audit.record(userChange('user.changed', PROVIDER, user, after), tx.manager);
      return after;
    });
  }

  /** The address of a user with a password is never taken over, because a provider may let anyone claim it. */
  private async create(account: ProviderAccount, { role, organizationIds }: RoleGrant): Promise<UserEntity> {
    const { subject, email, name, isEmailUnverified, why } = account;
    if (email === undefined) throw new OidcRefusedError('no_email', `no address of a user: ${why('email')}`);
    if (isEmailUnverified && !this.provider.oidcSettings.allowUnverifiedEmail) {
      const detail = `email_verified of ${email} is false; OIDC_ALLOW_UNVERIFIED_EMAIL=true lets such accounts in`;
      throw new OidcRefusedError('email_unverified', detail);
    }
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
    if (!user) throw await this.former.whyTaken(email, account);
    return user;
  }
}
