import type {
  ConfiguredOrganization,
  ControllerConfigChange,
  ControllerConfigDocument,
  ControllerConfigResult,
  FleetSettingsResult,
  JsonObject,
} from '@moolai/contracts';
import { CONFIG } from './configuration-examples.js';
import {
  BooleanField,
  IntegerField,
  JsonObjectField,
  ListOf,
  MapOf,
  ObjectField,
  TextField,
} from './fields/index.js';

const ORGANIZATIONS = {
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
  description: 'JSON Schemas (draft 7) that the effective configuration of every orchestrator must match.',
  example: {
    session_config: { type: 'object', properties: { max_tokens: { type: 'integer', minimum: 1 } } },
  },
} as const;
const A_SCHEMA = { example: { type: 'object' } } as const;
const PUSHED = {
  example: 5,
  description: 'Open connections to which a new configuration was written.',
} as const;
const TOTAL = { example: 6, description: 'Orchestrators affected by the change.' } as const;
const NAME = { example: 'Default organization' } as const;
const ORCHESTRATORS = { example: ['orch-001'] };

/** An organization in the document. */
export class ConfiguredOrganizationDto implements ConfiguredOrganization {
  @TextField(NAME)
  name: string;

  @ListOf('id', ORCHESTRATORS)
  orchestrators: string[];

  @BooleanField({ example: false })
  is_independent: boolean;

  @JsonObjectField(CONFIG)
  settings: JsonObject;
}

/** An organization in a change of the document; absent fields stay as they are. */
export class ConfiguredOrganizationChangeDto implements Partial<ConfiguredOrganization> {
  @TextField({ ...NAME, optional: true })
  name?: string;

  @ListOf('id', { ...ORCHESTRATORS, optional: true })
  orchestrators?: string[];

  @BooleanField({ optional: true, example: false })
  is_independent?: boolean;

  @JsonObjectField({ ...CONFIG, optional: true })
  settings?: JsonObject;
}

/** The JSON Schemas in the document. */
export class ConfigSchemasDto {
  @JsonObjectField({ ...A_SCHEMA, optional: true })
  features?: JsonObject;

  @JsonObjectField({ ...A_SCHEMA, optional: true })
  session_config?: JsonObject;
}

/** The configuration of all levels in one document. */
export class ControllerConfigDto implements ControllerConfigDocument {
  @JsonObjectField(CONFIG)
  defaults: JsonObject;

  @MapOf(ConfiguredOrganizationDto, ORGANIZATIONS)
  organizations: Record<string, ConfiguredOrganizationDto>;

  @ObjectField(ConfigSchemasDto, { ...SCHEMAS, optional: true })
  schemas?: ConfigSchemasDto;
}

/** A change of the document; absent fields stay as they are. */
export class ControllerConfigChangeDto implements ControllerConfigChange {
  @JsonObjectField({ ...CONFIG, optional: true })
  defaults?: JsonObject;

  @MapOf(ConfiguredOrganizationChangeDto, { ...ORGANIZATIONS, optional: true })
  organizations?: Record<string, ConfiguredOrganizationChangeDto>;

  @ObjectField(ConfigSchemasDto, { ...SCHEMAS, optional: true })
  schemas?: ConfigSchemasDto;
}

/** The document after a change, and the reach of the change. */
export class ControllerConfigResultDto extends ControllerConfigDto implements ControllerConfigResult {
  @IntegerField(PUSHED)
  pushed: number;

  @IntegerField(TOTAL)
  total: number;
}

/** Result of a change to the fleet's defaults. */
export class FleetSettingsResultDto implements FleetSettingsResult {
  @IntegerField({ example: 3 })
  revision: number;

  @IntegerField(PUSHED)
  pushed: number;

  @IntegerField(TOTAL)
  total: number;
}
