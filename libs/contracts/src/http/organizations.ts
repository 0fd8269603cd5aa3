import type { JsonObject } from '../json.js';

export const ORGANIZATION_STATUSES = ['active', 'inactive'] as const;
export type OrganizationStatus = (typeof ORGANIZATION_STATUSES)[number];

/** An organization (tenant) as the REST API shows it. */
export interface Organization {
  organization_id: string;
  name: string;
  status: OrganizationStatus;
  is_active: boolean;
  /** Orchestrators that register later in an independent organization start independent. */
  is_independent: boolean;
  settings: JsonObject;
  admin_email: string | null;
  support_email: string | null;
  website: string | null;
  orchestrator_count: number;
  created_at: string;
  updated_at: string;
}

export const ORGANIZATION_SORT_FIELDS = [
  'organization_id',
  'name',
  'status',
  'created_at',
  'updated_at',
] as const;
export type OrganizationSortField = (typeof ORGANIZATION_SORT_FIELDS)[number];
