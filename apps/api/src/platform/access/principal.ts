import type { Role } from '@moolai/contracts';
import { ALL_ORGANIZATIONS, type Scope } from './scope.js';

/** Who is recorded as the cause of a change. */
export interface Actor {
  kind: 'user' | 'api_token' | 'dev_token' | 'system';
  /** The `user_id` of a user, or the id of an API token. */
  id: string;
  /** Name in histories, events and the audit log: a user's e-mail address, or the name of a token. */
  name: string;
  scope: Scope;
  /** Client address of the request; null for the controller itself. */
  address: string | null;
  requestId: string | null;
}

/** Who makes a request. */
export interface Principal extends Actor {
  email: string;
  role: Role;
  /** The session of an access token; null for tokens without a session. */
  sessionId: string | null;
  /** When the credentials expire, in milliseconds since 1970; null if they do not. */
  expiresAtMs: number | null;
}

/** The principal of a token, without the data of a single request. */
export type TokenPrincipal = Omit<Principal, 'address' | 'requestId'>;

/**
 * The controller itself as an actor.
 * @param name the part of it that acts, as histories show it
 */
export function systemActor(name = 'system'): Actor {
  return { kind: 'system', id: name, name, scope: ALL_ORGANIZATIONS, address: null, requestId: null };
}
