import {
  INDEPENDENCE_OBSERVATIONS,
  INDEPENDENCE_SOURCES,
  type IndependenceGrant,
  type IndependenceObservation,
  type IndependenceObservationKind,
  type IndependencePersisted,
  type IndependenceResult,
  type IndependenceSource,
  type IndependenceState,
  type OrganizationIndependenceResult,
  type OrganizationIndependenceState,
  type SetIndependenceRequest,
  type SetOrchestratorIndependenceRequest,
  type SetOrganizationIndependenceRequest,
  type SwitchedOrchestrator,
} from '@moolai/contracts';
import {
  BooleanField,
  EnumField,
  IdField,
  IntegerField,
  ListOf,
  ObjectField,
  TextField,
  TimeField,
} from './fields/index.js';

const REASON = 'Runs on a ship without a link until March';

/** Body of the independence switch. */
export class SetIndependenceDto implements SetIndependenceRequest {
  @BooleanField({ example: true })
  is_independent: boolean;

  @TextField({
    optional: true,
    nullable: true,
    maxLength: 500,
    typeLast: true,
    example: REASON,
    description:
      'Only allowed when switching on. If omitted, an orchestrator that is already independent keeps its reason.',
  })
  reason?: string | null;

  @TimeField({
    optional: true,
    nullable: true,
    description:
      'When independence ends automatically. Only allowed when switching on. If omitted, an orchestrator that is ' +
      'already independent keeps its end.',
  })
  expires_at?: string | null;
}

/** Body of the independence switch of one orchestrator. */
export class SetOrchestratorIndependenceDto
  extends SetIndependenceDto
  implements SetOrchestratorIndependenceRequest
{
  @EnumField(INDEPENDENCE_SOURCES, {
    optional: true,
    nullable: true,
    example: 'own',
    description: 'Source of the independence, for an undo. Only allowed when switching on.',
  })
  source?: IndependenceSource | null;

  @BooleanField({
    optional: true,
    nullIsAbsent: true,
    example: false,
    description:
      'If true, an orchestrator that is already independent keeps its reason, end and source, whatever the body says.',
  })
  keep_lease?: boolean;
}

/** The independence of an orchestrator at one moment. */
export class IndependenceStateDto implements IndependenceState {
  @BooleanField({ example: false })
  is_independent: boolean;

  @EnumField(INDEPENDENCE_SOURCES, { nullable: true, example: null })
  source: IndependenceSource | null;

  @TextField({ nullable: true, example: null })
  reason: string | null;

  @TimeField({ nullable: true, example: null })
  expires_at: string | null;
}

/** Body of the independence switch of an organization. */
export class SetOrganizationIndependenceDto
  extends SetIndependenceDto
  implements SetOrganizationIndependenceRequest
{
  @BooleanField({
    optional: true,
    nullIsAbsent: true,
    default: false,
    example: true,
    description:
      'If true, existing orchestrators are switched too: on, all that are managed; off, those whose independence ' +
      'comes from the organization.',
  })
  apply_to_existing?: boolean;
}

/** Which of the three places hold the new value durably. */
export class IndependencePersistedDto implements IndependencePersisted {
  @BooleanField({ example: true })
  database: boolean;

  @BooleanField({
    example: true,
    description: 'A file that does not hold the value is written again until it does.',
  })
  env_file: boolean;

  @BooleanField({ example: true })
  json_file: boolean;
}

const PERSISTED = 'Which of the three places hold the new value durably.';

/** Result of an independence switch. */
export class IndependenceResultDto implements IndependenceResult {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @BooleanField({ example: true })
  is_independent: boolean;

  @BooleanField({
    example: true,
    description: 'False if the orchestrator already had this value: nothing was written.',
  })
  changed: boolean;

  @ObjectField(IndependenceStateDto, {
    description: 'The state before the switch. Sent as a body, it undoes the switch.',
  })
  previous: IndependenceStateDto;

  @ObjectField(IndependencePersistedDto, { description: PERSISTED })
  persisted: IndependencePersistedDto;
}

/** The independence of an organization before a switch. */
export class OrganizationIndependenceStateDto implements OrganizationIndependenceState {
  @BooleanField({ example: false })
  is_independent: boolean;

  @TextField({ nullable: true, example: REASON })
  reason: string | null;

  @TimeField({ nullable: true })
  expires_at: string | null;
}

/** An orchestrator that was switched together with its organization. */
export class SwitchedOrchestratorDto implements SwitchedOrchestrator {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @ObjectField(IndependenceStateDto, {
    description: 'The state before the switch. Sent as a body for this orchestrator, it undoes its switch.',
  })
  previous: IndependenceStateDto;
}

/** Result of an organization's independence switch. */
export class OrganizationIndependenceResultDto implements OrganizationIndependenceResult {
  @IdField({ example: 'org-001' })
  organization_id: string;

  @BooleanField({ example: true })
  is_independent: boolean;

  @IntegerField({ example: 2 })
  orchestrators_changed: number;

  @ObjectField(OrganizationIndependenceStateDto, {
    description:
      "The organization's state before the switch. Sent as a body, it undoes the organization's own switch.",
  })
  previous: OrganizationIndependenceStateDto;

  @ListOf(SwitchedOrchestratorDto, {
    description: 'The orchestrators that were switched with the organization.',
  })
  switched: SwitchedOrchestratorDto[];

  @ObjectField(IndependencePersistedDto, { description: PERSISTED })
  persisted: IndependencePersistedDto;
}

/** An incident that would have been raised if the orchestrator had been managed. */
export class IndependenceObservationDto implements IndependenceObservation {
  @TimeField()
  at: string;

  @EnumField(INDEPENDENCE_OBSERVATIONS, { example: 'link_lost' })
  kind: IndependenceObservationKind;

  @TextField({ example: 'Its connection was lost without a goodbye.' })
  detail: string;
}

/** One lease of independence. */
export class IndependenceGrantDto implements IndependenceGrant {
  @IntegerField({ example: 7 })
  id: number;

  @EnumField(INDEPENDENCE_SOURCES, { example: 'own' })
  source: IndependenceSource;

  @TextField({ nullable: true, example: REASON })
  reason: string | null;

  @TimeField({ nullable: true })
  expires_at: string | null;

  @TimeField()
  started_at: string;

  @TextField({ example: 'admin@moolai.local' })
  started_by: string;

  @TimeField({ nullable: true })
  ended_at: string | null;

  @TextField({ nullable: true, example: 'system' })
  ended_by: string | null;

  @ListOf(IndependenceObservationDto)
  observations: IndependenceObservationDto[];
}
