import {
  PERMISSIONS,
  ROLES,
  type CurrentUser,
  type LoginRequest,
  type Permission,
  type RefreshRequest,
  type Role,
  type Session,
  type SignedOut,
} from '@moolai/contracts';
import { BooleanField, EnumField, IntegerField, ListOf, ObjectField, TextField } from './fields/index.js';

/** Body of the sign-in. */
export class LoginDto implements LoginRequest {
  @TextField({ notEmpty: true, maxLength: 255, typeLast: true, example: 'admin@moolai.local' })
  email: string;

  @TextField({
    notEmpty: true,
    maxLength: 1024,
    characters: 'any',
    typeLast: true,
    example: 'correct horse battery staple',
  })
  password: string;

  @BooleanField({
    optional: true,
    nullIsAbsent: true,
    example: false,
    description: 'For browsers: the refresh token goes into an HttpOnly cookie instead of the response body.',
  })
  use_cookie?: boolean;
}

/** Body of the token refresh. */
export class RefreshDto implements RefreshRequest {
  @TextField({
    optional: true,
    nullIsAbsent: true,
    notEmpty: true,
    maxLength: 512,
    characters: 'any',
    typeLast: true,
    example: 'a1b2c3.d4e5f6',
    description: 'Omitted when the refresh token is in a cookie.',
  })
  refresh_token?: string;
}

/** The signed-in user. */
export class CurrentUserDto implements CurrentUser {
  @TextField({ example: 'superadmin' })
  user_id: string;

  @TextField({ example: 'admin@moolai.local' })
  email: string;

  @EnumField(ROLES, { example: 'superadmin' })
  role: Role;

  @ListOf('id', {
    nullable: true,
    example: ['org-001'],
    description: 'The organizations that the user may see and change; null means all.',
  })
  organization_ids: string[] | null;

  @ListOf(PERMISSIONS, {
    example: ['fleet:read'],
    description: 'Permissions that the role grants within those organizations.',
  })
  permissions: Permission[];
}

/** A session: a short-lived access token and a refresh token. */
export class SessionDto implements Session {
  @TextField({ example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…' })
  access_token: string;

  @EnumField(['bearer'], { example: 'bearer' })
  token_type: 'bearer';

  @IntegerField({ example: 900, description: 'Lifetime of the access token, in seconds.' })
  expires_in: number;

  @TextField({
    nullable: true,
    example: 'a1b2c3.d4e5f6',
    description: 'Valid for one refresh. Null when it is in a cookie.',
  })
  refresh_token: string | null;

  @ObjectField(CurrentUserDto)
  user: CurrentUserDto;
}

/** The session that ended. */
export class SignedOutDto implements SignedOut {
  @TextField({ nullable: true, example: '7e2f5a10-0c1d-4e2f-8a3b-4c5d6e7f8091' })
  session_id: string | null;
}
