import type { Permission } from './permissions.js';

export const ROLES = ['superadmin', 'admin', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Body of `POST /api/v1/internal/auth/login`. */
export interface LoginRequest {
  email: string;
  password: string;
}

/** Body of `POST /api/v1/internal/auth/refresh`. */
export interface RefreshRequest {
  refresh_token: string;
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
  /** Good for one refresh; presented twice, it ends the whole session. */
  refresh_token: string;
  user: CurrentUser;
}
