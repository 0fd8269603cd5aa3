import {
  ENROLMENT_TOKEN_SORT_FIELDS,
  ENROLMENT_TOKEN_STATES,
  type CreatedEnrolmentToken,
  type CreateEnrolmentTokenRequest,
  type CredentialRevocation,
  type CredentialRotation,
  type CredentialState,
  type EnrolmentToken,
  type EnrolmentTokenListQuery,
  type EnrolmentTokenState,
  type QuarantineRelease,
} from '@moolai/contracts';
import { ListQueryDto } from './list-query.dto.js';
import {
  BooleanField,
  EnumField,
  IdField,
  IntegerField,
  ObjectField,
  TextField,
  TimeField,
} from './fields/index.js';

const MAX_USES = 1_000_000;

/** State of an orchestrator's credential. */
export class CredentialStateDto implements CredentialState {
  @BooleanField({
    example: true,
    description: 'True if the orchestrator has a valid credential, which it must present.',
  })
  has_credential: boolean;

  @TimeField({ nullable: true })
  issued_at: string | null;

  @TimeField({ nullable: true, description: 'When the orchestrator last registered with it.' })
  last_used_at: string | null;

  @BooleanField({
    example: false,
    description: 'True while a new credential is waiting to be offered or has not been used yet.',
  })
  rotation_pending: boolean;

  @TimeField({ nullable: true, example: null })
  revoked_at: string | null;

  @TextField({ nullable: true, example: null })
  revoked_by: string | null;
}

/** Result of a rotation. */
export class CredentialRotationDto implements CredentialRotation {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @BooleanField({
    example: true,
    description:
      'True if the new credential was written to an open connection; otherwise it is issued with the next registration.',
  })
  offered: boolean;

  @ObjectField(CredentialStateDto)
  credential: CredentialStateDto;
}

/** Result of a revocation. */
export class CredentialRevocationDto implements CredentialRevocation {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @ObjectField(CredentialStateDto)
  credential: CredentialStateDto;
}

/** The quarantine that ended. */
export class QuarantineReleaseDto implements QuarantineRelease {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @TimeField()
  quarantined_at: string;

  @TextField({ nullable: true, example: 'Two machines present its credential.' })
  quarantine_reason: string | null;
}

/** An enrolment token, without its secret. */
export class EnrolmentTokenDto implements EnrolmentToken {
  @IntegerField({ example: 1 })
  id: number;

  @IdField({ example: 'org-001' })
  organization_id: string;

  @TextField({ example: 'Frankfurt rollout' })
  name: string;

  @EnumField(ENROLMENT_TOKEN_STATES, { example: 'usable' })
  state: EnrolmentTokenState;

  @TimeField()
  expires_at: string;

  @IntegerField({ nullable: true, example: 20, description: 'Null for unlimited.' })
  max_uses: number | null;

  @IntegerField({ example: 3 })
  uses: number;

  @TimeField()
  created_at: string;

  @TextField({ example: 'admin@example.com' })
  created_by: string;

  @TimeField({ nullable: true })
  last_used_at: string | null;

  @TimeField({ nullable: true, example: null })
  revoked_at: string | null;

  @TextField({ nullable: true, example: null })
  revoked_by: string | null;
}

/** A new enrolment token with its secret, which is shown only once. */
export class CreatedEnrolmentTokenDto extends EnrolmentTokenDto implements CreatedEnrolmentToken {
  @TextField({ example: 'moe_…', description: 'The secret that orchestrators present. Shown only once.' })
  token: string;
}

/** Body of a new enrolment token. */
export class CreateEnrolmentTokenDto implements CreateEnrolmentTokenRequest {
  @IdField({ example: 'org-001' })
  organization_id: string;

  @TextField({
    optional: true,
    minLength: 1,
    maxLength: 255,
    typeLast: true,
    example: 'Frankfurt rollout',
    description: 'Purpose of the token; defaults to a name with the id of the organization.',
  })
  name?: string;

  @TimeField({ description: 'When the token expires; at most one year ahead.' })
  expires_at: string;

  @IntegerField({ optional: true, nullIsAbsent: true, min: 1, max: MAX_USES, example: 20 })
  max_uses?: number;
}

const SORTS = ENROLMENT_TOKEN_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** Query of the list of enrolment tokens. */
export class EnrolmentTokenListQueryDto extends ListQueryDto implements EnrolmentTokenListQuery {
  @IdField({ optional: true, example: 'org-001' })
  organization_id?: string;

  @EnumField(ENROLMENT_TOKEN_STATES, { optional: true })
  state?: EnrolmentTokenState;

  @EnumField(SORTS, { optional: true, default: '-id' })
  sort: string = '-id';
}
