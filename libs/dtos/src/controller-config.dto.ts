import type {
  ConfiguredOrganization,
  ControllerConfigChange,
  ControllerConfigDocument,
  ControllerConfigResult,
  FleetSettingsResult,
  JsonObject,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CONFIG } from './configuration-examples.js';

const ORGANIZATIONS = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      orchestrators: { type: 'array', items: { type: 'string' } },
      is_independent: { type: 'boolean' },
      settings: { type: 'object', additionalProperties: true },
    },
  },
  example: {
    'org-001': {
      name: 'Default organization',
      orchestrators: ['orch-001'],
      is_independent: false,
      settings: {},
    },
  },
} as const;

const SCHEMAS = {
  type: 'object',
  properties: {
    features: { type: 'object', additionalProperties: true },
    session_config: { type: 'object', additionalProperties: true },
  },
  description: 'JSON Schemas (draft 7) that the effective configuration of every orchestrator must fit.',
  example: {
    session_config: { type: 'object', properties: { max_tokens: { type: 'integer', minimum: 1 } } },
  },
} as const;

const PUSHED = {
  type: 'integer',
  example: 5,
  description: 'Live connections that got a new configuration.',
} as const;
const TOTAL = {
  type: 'integer',
  example: 6,
  description: 'Orchestrators that the change concerns.',
} as const;

/** The document of the whole configuration. */
export class ControllerConfigDto implements ControllerConfigDocument {
  @ApiProperty(CONFIG)
  defaults: JsonObject;

  @ApiProperty(ORGANIZATIONS)
  organizations: ControllerConfigDocument['organizations'];

  @ApiPropertyOptional(SCHEMAS)
  schemas?: { features?: JsonObject; session_config?: JsonObject };
}

/** The same as a body: what it does not name stays as it is. */
export class ControllerConfigChangeDto implements ControllerConfigChange {
  @ApiPropertyOptional(CONFIG)
  defaults?: JsonObject;

  @ApiPropertyOptional(ORGANIZATIONS)
  organizations?: Record<string, Partial<ConfiguredOrganization>>;

  @ApiPropertyOptional(SCHEMAS)
  schemas?: { features?: JsonObject; session_config?: JsonObject };
}

/** The document as it is from a change on, and whom that concerned. */
export class ControllerConfigResultDto extends ControllerConfigDto implements ControllerConfigResult {
  @ApiProperty(PUSHED)
  pushed: number;

  @ApiProperty(TOTAL)
  total: number;
}

/** What a change of the fleet's defaults ended with. */
export class FleetSettingsResultDto implements FleetSettingsResult {
  @ApiProperty({ type: 'integer', example: 3 })
  revision: number;

  @ApiProperty(PUSHED)
  pushed: number;

  @ApiProperty(TOTAL)
  total: number;
}
