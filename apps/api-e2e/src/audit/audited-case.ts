import type { AuditEntry } from '@moolai/contracts';

/** How something is changed. */
export type Method = 'post' | 'put' | 'patch' | 'delete';

/** What an entry says of a change; the rest is the same for all of them. */
export type Told = Pick<AuditEntry, 'action' | 'target_type' | 'target_id' | 'before' | 'after'> & {
  organization_id?: string | null;
};

/** A route, a call of it, and the entries that the call leaves. */
export interface AuditedCase {
  route: string;
  path: string;
  body?: object;
  told: Told[];
}

/** What every route of a change begins with. */
export const API = '/api/v1/internal';

/** What stands for a secret. */
export const MASK = '********';
