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
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsStorableText } from './storable.validator.js';
import { IsTime } from './time.validator.js';

const TIME = { format: 'date-time', example: '2026-11-23T20:00:00.000Z' } as const;
const TIME_OR_NULL = { ...TIME, type: String, nullable: true } as const;
const REASON = 'Runs on a ship without a link until March';

/** Body of the independence switch. */
export class SetIndependenceDto implements SetIndependenceRequest {
  @ApiProperty({ example: true })
  @IsBoolean()
  is_independent: boolean;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: REASON,
    maxLength: 500,
    description: 'Why; only when it is switched on. Left out, an independence that is on keeps its own.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @IsStorableText()
  reason?: string | null;

  @ApiPropertyOptional({
    ...TIME_OR_NULL,
    description:
      'When it ends by itself; only when it is switched on. Left out, one that is on keeps its own.',
  })
  @IsOptional()
  @IsTime()
  expires_at?: string | null;
}

/** Body of the independence switch of one orchestrator. */
export class SetOrchestratorIndependenceDto
  extends SetIndependenceDto
  implements SetOrchestratorIndependenceRequest
{
  @ApiPropertyOptional({
    enum: INDEPENDENCE_SOURCES,
    nullable: true,
    example: 'own',
    description: 'Where the independence comes from, for an undo; only when it is switched on.',
  })
  @IsOptional()
  @IsIn(INDEPENDENCE_SOURCES)
  source?: IndependenceSource | null;

  @ApiPropertyOptional({
    example: false,
    description: 'One that is independent already keeps its reason, end and source, whatever the body says.',
  })
  @IsOptional()
  @IsBoolean()
  keep_lease?: boolean;
}

/** The independence of an orchestrator at one moment. */
export class IndependenceStateDto implements IndependenceState {
  @ApiProperty({ example: false })
  is_independent: boolean;

  @ApiProperty({ enum: INDEPENDENCE_SOURCES, nullable: true, example: null })
  source: IndependenceSource | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;

  @ApiProperty({ ...TIME_OR_NULL, example: null })
  expires_at: string | null;
}

/** Body of the independence switch of an organization. */
export class SetOrganizationIndependenceDto
  extends SetIndependenceDto
  implements SetOrganizationIndependenceRequest
{
  @ApiPropertyOptional({
    example: true,
    default: false,
    description:
      'Also switch the orchestrators that there are: on, all that are managed; off, those whose independence ' +
      'comes from the organization.',
  })
  @IsOptional()
  @IsBoolean()
  apply_to_existing?: boolean;
}

/** Which of the three places hold the new value durably. */
export class IndependencePersistedDto implements IndependencePersisted {
  @ApiProperty({ example: true })
  database: boolean;

  @ApiProperty({ example: true, description: 'A file that does not hold it is written again until it does.' })
  env_file: boolean;

  @ApiProperty({ example: true })
  json_file: boolean;
}

const PERSISTED = 'Which of the three places hold the new value durably.';

/** What the switch reached. */
export class IndependenceResultDto implements IndependenceResult {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ example: true })
  is_independent: boolean;

  @ApiProperty({ example: true, description: 'False when it was so already: then nothing was written.' })
  changed: boolean;

  @ApiProperty({
    type: IndependenceStateDto,
    description: 'What it was before; sent as a body, it undoes the switch.',
  })
  previous: IndependenceStateDto;

  @ApiProperty({ type: IndependencePersistedDto, description: PERSISTED })
  persisted: IndependencePersistedDto;
}

/** The independence of an organization before a switch. */
export class OrganizationIndependenceStateDto implements OrganizationIndependenceState {
  @ApiProperty({ example: false })
  is_independent: boolean;

  @ApiProperty({ type: String, nullable: true, example: REASON })
  reason: string | null;

  @ApiProperty(TIME_OR_NULL)
  expires_at: string | null;
}

/** An orchestrator that was switched with its organization. */
export class SwitchedOrchestratorDto implements SwitchedOrchestrator {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({
    type: IndependenceStateDto,
    description: 'What it was before; sent as a body for it, it undoes its switch.',
  })
  previous: IndependenceStateDto;
}

/** What the switch of an organization reached. */
export class OrganizationIndependenceResultDto implements OrganizationIndependenceResult {
  @ApiProperty({ example: 'org-001' })
  organization_id: string;

  @ApiProperty({ example: true })
  is_independent: boolean;

  @ApiProperty({ type: 'integer', example: 2 })
  orchestrators_changed: number;

  @ApiProperty({
    type: OrganizationIndependenceStateDto,
    description: 'What the organization was before; sent as a body, it undoes its own switch.',
  })
  previous: OrganizationIndependenceStateDto;

  @ApiProperty({
    type: [SwitchedOrchestratorDto],
    description: 'The orchestrators that were switched with it.',
  })
  switched: SwitchedOrchestratorDto[];

  @ApiProperty({ type: IndependencePersistedDto, description: PERSISTED })
  persisted: IndependencePersistedDto;
}

/** Something that would have been noticed. */
export class IndependenceObservationDto implements IndependenceObservation {
  @ApiProperty(TIME)
  at: string;

  @ApiProperty({ enum: INDEPENDENCE_OBSERVATIONS, example: 'link_lost' })
  kind: IndependenceObservationKind;

  @ApiProperty({ example: 'Its connection was lost without a goodbye.' })
  detail: string;
}

/** One time of independence. */
export class IndependenceGrantDto implements IndependenceGrant {
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;

  @ApiProperty({ enum: INDEPENDENCE_SOURCES, example: 'own' })
  source: IndependenceSource;

  @ApiProperty({ type: String, nullable: true, example: REASON })
  reason: string | null;

  @ApiProperty(TIME_OR_NULL)
  expires_at: string | null;

  @ApiProperty(TIME)
  started_at: string;

  @ApiProperty({ example: 'admin@moolai.local' })
  started_by: string;

  @ApiProperty(TIME_OR_NULL)
  ended_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'system' })
  ended_by: string | null;

  @ApiProperty({ type: [IndependenceObservationDto] })
  observations: IndependenceObservationDto[];
}
