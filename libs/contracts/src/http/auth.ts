import type { Permission } from './permissions.js';

export const ROLES = ['superadmin', 'admin', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Body of `POST /api/v1/internal/auth/login`. */
export interface LoginRequest {
  email: string;
  password: string;
  /** For browsers: the refresh token goes into an HttpOnly cookie instead of the response body. */
  use_cookie?: boolean;
}

/** Body of `POST /api/v1/internal/auth/refresh`. */
export interface RefreshRequest {
  /** Omitted when the refresh token is in a cookie. */
  refresh_token?: string;
}

/** The signed-in user. */
export interface CurrentUser {
  user_id: string;
  email: string;
  role: Role;
  /** The organizations that the user may see and change; null means all. */
  organization_ids: string[] | null;
  /** Permissions that the role grants within those organizations. */
  permissions: Permission[];
}

/** Answer of login and refresh. */
export interface Session {
  access_token: string;
  token_type: 'bearer';
  /** Lifetime of the access token, in seconds. */
  expires_in: number;
  /** Valid for one refresh; using it twice ends the whole session. Null when it is in a cookie. */
  refresh_token: string | null;
  user: CurrentUser;
}

/** Answer of `POST /api/v1/internal/auth/logout`. */
export interface SignedOut {
  /** The session that ended; null if there was none. */
  session_id: string | null;
}

/** Answer of `GET /auth/methods`: the ways to sign in. */
export interface SignInMethods {
  password: boolean;
  oidc: boolean;
}
