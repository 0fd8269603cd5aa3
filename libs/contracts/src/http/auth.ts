import type { Permission } from './permissions.js';

export const ROLES = ['superadmin', 'admin', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Body of `POST /api/v1/internal/auth/login`. */
export interface LoginRequest {
  email: string;
  password: string;
  /** For browsers: the refresh token goes into a cookie that scripts cannot read, not into the answer. */
  use_cookie?: boolean;
}

/** Body of `POST /api/v1/internal/auth/refresh`. */
export interface RefreshRequest {
  /** Left out where a cookie has it. */
  refresh_token?: string;
}

/** Who is signed in. */
export interface CurrentUser {
  user_id: string;
  email: string;
  role: Role;
  /** The organizations that the user sees and touches; null is all of them. */
  organization_ids: string[] | null;
  /** What the role allows, within those organizations. */
  permissions: Permission[];
}

/** Answer of login and refresh. */
export interface Session {
  access_token: string;
  token_type: 'bearer';
  /** Life of the access token, in seconds. */
  expires_in: number;
  /** Good for one refresh; presented twice, it ends the whole session. Null where a cookie has it. */
  refresh_token: string | null;
  user: CurrentUser;
}

/** Answer of `POST /api/v1/internal/auth/logout`. */
export interface SignedOut {
  /** The session that has ended; null when there was none. */
  session_id: string | null;
}

/** Answer of `GET /auth/methods`: how one can sign in. */
export interface SignInMethods {
  password: boolean;
  oidc: boolean;
}
