import type { AuditEntry } from '@moolai/contracts';

/** HTTP method of a change. */
export type Method = 'post' | 'put' | 'patch' | 'delete';

/** The fields of an entry that differ between changes. */
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

/** Prefix of all routes that change something. */
export const API = '/api/v1/internal';

/** Replaces a secret. */
export const MASK = '********';
