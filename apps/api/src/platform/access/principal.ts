import type { Role } from '@moolai/contracts';
import { ALL_ORGANIZATIONS, type Scope } from './scope.js';

/** Who does something, and what it may touch. */
export interface Actor {
  kind: 'user' | 'api_token' | 'dev_token' | 'system';
  /** The `user_id` of a user, the id of an API token. */
  id: string;
  /** What histories, events and the audit call it: the e-mail address of a user, the name of a token. */
  name: string;
  scope: Scope;
  /** Where the request came from; null for the controller itself. */
  address: string | null;
  requestId: string | null;
}

/** Who makes a request. */
export interface Principal extends Actor {
  email: string;
  role: Role;
  /** The session that an access token belongs to; null for tokens that have none. */
  sessionId: string | null;
  /** When its credentials end, in milliseconds since 1970; null when they do not. */
  expiresAtMs: number | null;
}

/** What credentials say of whoever presents them. */
export type Identity = Omit<Principal, 'address' | 'requestId'>;

/** The controller itself. @param name what histories call the part of it that acts */
export function systemActor(name = 'system'): Actor {
  return { kind: 'system', id: name, name, scope: ALL_ORGANIZATIONS, address: null, requestId: null };
}
