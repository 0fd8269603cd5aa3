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
  /** Reason and end of independence; null while it is not independent, or if none was given. */
  independence_reason: string | null;
  independence_expires_at: string | null;
  settings: JsonObject;
  /** Increases with each change of the settings. */
  settings_revision: number;
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

/** Fields of an organization that an administrator sets. */
export interface OrganizationDescription {
  name?: string;
  admin_email?: string | null;
  support_email?: string | null;
  website?: string | null;
}

/** Body of `POST /api/v1/internal/organizations`. */
export interface CreateOrganizationRequest extends OrganizationDescription {
  organization_id: string;
  name: string;
  is_independent?: boolean;
  settings?: JsonObject;
}

/** Body of `PATCH /api/v1/internal/organizations/:id`; null clears a field. */
export interface ChangeOrganizationRequest extends OrganizationDescription {
  /** False deactivates the organization, as deleting it does; true reactivates it. */
  is_active?: boolean;
}
