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

/** How an orchestrator's credential is. */
export class CredentialStateDto implements CredentialState {
  @BooleanField({ example: true, description: 'It has one that is good, and must present it.' })
  has_credential: boolean;

  @TimeField({ nullable: true })
  issued_at: string | null;

  @TimeField({ nullable: true, description: 'When it registered with it last.' })
  last_used_at: string | null;

  @BooleanField({ example: false, description: 'A new one is to be offered, or is not used yet.' })
  rotation_pending: boolean;

  @TimeField({ nullable: true, example: null })
  revoked_at: string | null;

  @TextField({ nullable: true, example: null })
  revoked_by: string | null;
}

/** What became of a rotation. */
export class CredentialRotationDto implements CredentialRotation {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @BooleanField({
    example: true,
    description: 'Written to a live connection; else with the next registration.',
  })
  offered: boolean;

  @ObjectField(CredentialStateDto)
  credential: CredentialStateDto;
}

/** What became of a revocation. */
export class CredentialRevocationDto implements CredentialRevocation {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @ObjectField(CredentialStateDto)
  credential: CredentialStateDto;
}

/** What an orchestrator was released from. */
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

  @IntegerField({ nullable: true, example: 20, description: 'Null for any number.' })
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

/** A new enrolment token: the only time that its secret is shown. */
export class CreatedEnrolmentTokenDto extends EnrolmentTokenDto implements CreatedEnrolmentToken {
  @TextField({ example: 'moe_…', description: 'What orchestrators present. Shown once.' })
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
    description: 'What it is for; by default it names the organization.',
  })
  name?: string;

  @TimeField({ description: 'When it ends; at most a year ahead.' })
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
