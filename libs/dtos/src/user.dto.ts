import {
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
  ROLES,
  USER_SORTS,
  type ChangePasswordRequest,
  type ChangeUserRequest,
  type CreateUserRequest,
  type Role,
  type User,
  type UserListQuery,
  type UserSession,
} from '@moolai/contracts';
import { ListQueryDto } from './list-query.dto.js';
import {
  BooleanField,
  EmailField,
  EnumField,
  IdField,
  ListOf,
  TextField,
  TimeField,
} from './fields/index.js';

const MAX_ORGANIZATIONS = 1_000;

const PASSWORD = {
  minLength: PASSWORD_MIN_LENGTH,
  maxLength: PASSWORD_MAX_LENGTH,
  example: 'correct horse battery staple',
} as const;

/** The organizations in which a role applies. */
export function OrganizationIds(): PropertyDecorator {
  return ListOf('id', {
    optional: true,
    unique: true,
    maxItems: MAX_ORGANIZATIONS,
    example: ['org-001'],
    description: 'The organizations in which the role applies. Omitted for superadmins only.',
  });
}

/** Body of the creation of a user. */
export class CreateUserDto implements CreateUserRequest {
  @EmailField({ maxLength: 255, example: 'ada@example.com' })
  email: string;

  @TextField({
    optional: true,
    minLength: 1,
    maxLength: 255,
    typeLast: true,
    example: 'Ada Lovelace',
    description: 'Defaults to the e-mail address.',
  })
  name?: string;

  @EnumField(ROLES, { example: 'operator' })
  role: Role;

  @OrganizationIds()
  organization_ids?: string[];

  @TextField({
    optional: true,
    ...PASSWORD,
    description: 'Without a password the user can only sign in through OpenID Connect.',
  })
  password?: string;
}

/** Body of a change to a user; absent fields stay as they are. */
export class ChangeUserDto implements ChangeUserRequest {
  @TextField({ optional: true, minLength: 1, maxLength: 255, typeLast: true, example: 'Ada Lovelace' })
  name?: string;

  @EnumField(ROLES, { optional: true, example: 'operator' })
  role?: Role;

  @OrganizationIds()
  organization_ids?: string[];

  @BooleanField({ optional: true, example: true, description: 'An inactive user cannot sign in.' })
  is_active?: boolean;

  @TextField({
    optional: true,
    ...PASSWORD,
    description: 'Setting it ends all sessions of the user.',
  })
  password?: string;
}

/** Body of a user's change of their own password. */
export class ChangePasswordDto implements ChangePasswordRequest {
  @TextField({
    maxLength: PASSWORD_MAX_LENGTH,
    characters: 'any',
    typeLast: true,
    example: 'correct horse battery staple',
  })
  current_password: string;

  @TextField({
    ...PASSWORD,
    example: 'staple battery horse correct',
  })
  new_password: string;
}

/** Query of the list of users. */
export class UserListQueryDto extends ListQueryDto implements UserListQuery {
  @EnumField(ROLES, { optional: true })
  role?: Role;

  @IdField({
    optional: true,
    example: 'org-001',
    description: 'Only users whose role applies to this organization.',
  })
  organization_id?: string;

  @BooleanField({ optional: true, inQuery: true, example: true })
  is_active?: boolean;

  @EnumField(USER_SORTS, { optional: true, default: 'email' })
  sort: string = 'email';
}

/** A user of the controller. */
export class UserDto implements User {
  @TextField({ example: '0b9f3f0e-6f0b-4f3e-9d0b-7a1c2d3e4f50' })
  user_id: string;

  @TextField({ example: 'ada@example.com' })
  email: string;

  @TextField({ example: 'Ada Lovelace' })
  name: string;

  @EnumField(ROLES, { example: 'operator' })
  role: Role;

  @ListOf('id', {
    nullable: true,
    example: ['org-001'],
    description: 'The organizations in which the role applies; null means all.',
  })
  organization_ids: string[] | null;

  @BooleanField({ example: true })
  is_active: boolean;

  @BooleanField({
    example: true,
    description: 'False for users who can only sign in through OpenID Connect.',
  })
  has_password: boolean;

  @TimeField({ nullable: true, example: '2026-11-23T19:59:30.000Z' })
  last_login_at: string | null;

  @TextField({ nullable: true, example: 'admin@moolai.local' })
  created_by: string | null;

  @TimeField({ example: '2026-11-01T08:00:00.000Z' })
  created_at: string;

  @TimeField({ example: '2026-11-01T08:00:00.000Z' })
  updated_at: string;
}

/** One session of a user. */
export class UserSessionDto implements UserSession {
  @TextField({ example: '7e2f5a10-0c1d-4e2f-8a3b-4c5d6e7f8091' })
  session_id: string;

  @BooleanField({ example: true, description: 'True for the session that makes the request.' })
  is_current: boolean;

  @TextField({ nullable: true, example: '192.0.2.7' })
  address: string | null;

  @TextField({ nullable: true, example: 'Mozilla/5.0 (X11; Linux x86_64)' })
  user_agent: string | null;

  @TimeField({ example: '2026-11-23T08:00:00.000Z' })
  created_at: string;

  @TimeField({ example: '2026-11-23T19:59:30.000Z' })
  last_used_at: string;

  @TimeField({ example: '2026-11-24T07:59:30.000Z' })
  expires_at: string;
}
