import {
  API_TOKEN_SORTS,
  API_TOKEN_STATUSES,
  ROLES,
  type ApiToken,
  type ApiTokenListQuery,
  type CreateApiTokenRequest,
  type CreatedApiToken,
  type Role,
} from '@moolai/contracts';
import { ListQueryDto } from './list-query.dto.js';
import { OrganizationIds } from './user.dto.js';
import { EnumField, ListOf, TextField, TimeField } from './fields/index.js';

/** Body of the creation of an API token. */
export class CreateApiTokenDto implements CreateApiTokenRequest {
  @TextField({ minLength: 1, maxLength: 100, typeLast: true, example: 'nightly report' })
  name: string;

  @EnumField(ROLES, { example: 'viewer', description: 'At most your own role.' })
  role: Role;

  @OrganizationIds()
  organization_ids?: string[];

  @TimeField({ example: '2027-02-01T00:00:00.000Z', description: 'At most one year ahead.' })
  expires_at: string;
}

/** Query of the list of API tokens. */
export class ApiTokenListQueryDto extends ListQueryDto implements ApiTokenListQuery {
  @EnumField(API_TOKEN_STATUSES, { optional: true })
  status?: ApiToken['status'];

  @EnumField(API_TOKEN_SORTS, { optional: true, default: '-created_at' })
  sort: string = '-created_at';
}

/** An API token for scripts, without its secret. */
export class ApiTokenDto implements ApiToken {
  @TextField({ example: '4d0a5f2e-9b1c-4c3d-8e2f-1a2b3c4d5e6f' })
  token_id: string;

  @TextField({ example: 'nightly report' })
  name: string;

  @EnumField(ROLES, { example: 'viewer' })
  role: Role;

  @ListOf('id', {
    nullable: true,
    example: ['org-001'],
    description: 'The organizations in which the role applies; null means all.',
  })
  organization_ids: string[] | null;

  @TextField({ example: 'mat_Zk3v', description: 'The first characters of the token, to recognize it.' })
  hint: string;

  @EnumField(API_TOKEN_STATUSES, { example: 'active' })
  status: ApiToken['status'];

  @TimeField({ example: '2027-02-01T00:00:00.000Z' })
  expires_at: string;

  @TimeField({ nullable: true, example: '2026-11-23T19:59:30.000Z' })
  last_used_at: string | null;

  @TextField({ nullable: true, example: '192.0.2.7' })
  last_used_address: string | null;

  @TextField({ nullable: true, example: 'admin@moolai.local' })
  created_by: string | null;

  @TimeField({ example: '2026-11-01T08:00:00.000Z' })
  created_at: string;

  @TimeField({ nullable: true, example: null })
  revoked_at: string | null;

  @TextField({ nullable: true, example: null })
  revoked_by: string | null;
}

/** A new API token with its secret, which is shown only once. */
export class CreatedApiTokenDto extends ApiTokenDto implements CreatedApiToken {
  @TextField({ example: 'mat_Zk3vR0c8cXlQd0FhV1p2eUJtTnR4U2dKb0xpUHdF' })
  token: string;
}
