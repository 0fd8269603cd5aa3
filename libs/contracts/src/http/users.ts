import type { Role } from './auth.js';
import type { ListQuery } from './envelope.js';

/** Minimum password length (NIST SP 800-63B requires at least 8 and advises against composition rules). */
export const PASSWORD_MIN_LENGTH = 12;
export const PASSWORD_MAX_LENGTH = 1024;

/** A user of the controller. */
export interface User {
  user_id: string;
  email: string;
  name: string;
  role: Role;
  /** The organizations in which the role applies; null means all. */
  organization_ids: string[] | null;
  is_active: boolean;
  /** False for users who can only sign in through OpenID Connect. */
  has_password: boolean;
  last_login_at: string | null;
  created_by: string | null;
  created_at: string;
  updated_at: string;
}

/** Body of `POST /api/v1/internal/users`. */
export interface CreateUserRequest {
  email: string;
  name?: string;
  role: Role;
  /** The organizations in which the role applies; omitted for superadmins only. */
  organization_ids?: string[];
  /** Without a password the user can only sign in through OpenID Connect. */
  password?: string;
}

/** Body of `PATCH /api/v1/internal/users/:id`. */
export interface ChangeUserRequest {
  name?: string;
  role?: Role;
  organization_ids?: string[];
  is_active?: boolean;
  /** Setting it ends all sessions of the user. */
  password?: string;
}

export const USER_SORTS = [
  'email',
  '-email',
  'name',
  '-name',
  'role',
  '-role',
  'last_login_at',
  '-last_login_at',
  'created_at',
  '-created_at',
] as const;

/** Query of `GET /api/v1/internal/users`. */
export interface UserListQuery extends ListQuery {
  role?: Role;
  organization_id?: string;
  is_active?: boolean;
}

/** Body of `POST /api/v1/internal/auth/password`. */
export interface ChangePasswordRequest {
  current_password: string;
  new_password: string;
}

/** One session of a user. */
export interface UserSession {
  session_id: string;
  /** True for the session that makes the request. */
  is_current: boolean;
  address: string | null;
  user_agent: string | null;
  created_at: string;
  last_used_at: string;
  expires_at: string;
}

/** An API token for scripts, without its secret. */
export interface ApiToken {
  token_id: string;
  name: string;
  role: Role;
  /** The organizations in which the role applies; null means all. */
  organization_ids: string[] | null;
  /** The first characters of the token, to recognize it. */
  hint: string;
  status: 'active' | 'expired' | 'revoked';
  expires_at: string;
  last_used_at: string | null;
  last_used_address: string | null;
  created_by: string | null;
  created_at: string;
  revoked_at: string | null;
  revoked_by: string | null;
}

/** Answer of `POST /api/v1/internal/api-tokens`, the only one that shows the token itself. */
export interface CreatedApiToken extends ApiToken {
  token: string;
}

/** Body of `POST /api/v1/internal/api-tokens`. */
export interface CreateApiTokenRequest {
  name: string;
  role: Role;
  organization_ids?: string[];
  /** At most one year ahead. */
  expires_at: string;
}

export const API_TOKEN_SORTS = [
  'name',
  '-name',
  'expires_at',
  '-expires_at',
  'last_used_at',
  '-last_used_at',
  'created_at',
  '-created_at',
] as const;

export const API_TOKEN_STATUSES = ['active', 'expired', 'revoked'] as const;

/** Query of `GET /api/v1/internal/api-tokens`. */
export interface ApiTokenListQuery extends ListQuery {
  status?: ApiToken['status'];
}
