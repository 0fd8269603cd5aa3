import type {
  ConfigDiffQuery,
  ConfigRollbackRequest,
  JsonObject,
  RevisionRollbackRequest,
  SetConfigRequest,
  SetSettingsRequest,
} from '@moolai/contracts';
import { COMMENT_EXAMPLE, CONFIG, FEATURES, SESSION } from './configuration-examples.js';
import { BooleanField, IntegerField, JsonObjectField, TextField } from './fields/index.js';

const MAX_VERSION = 2_147_483_647;
const COMMENT = {
  optional: true,
  nullIsAbsent: true,
  maxLength: 500,
  typeLast: true,
  example: COMMENT_EXAMPLE,
  description: 'Reason for the change, kept in the history.',
} as const;

/** Body of a change to an orchestrator's own configuration. */
export class SetConfigDto implements SetConfigRequest {
  @JsonObjectField({ ...FEATURES, optional: true, nullable: true })
  features?: JsonObject | null;

  @JsonObjectField({ ...SESSION, optional: true, nullable: true })
  session_config?: JsonObject | null;

  @BooleanField({ optional: true, nullable: true, example: true })
  privacy_mode?: boolean | null;

  @BooleanField({ optional: true, nullable: true, example: true })
  monitoring_enabled?: boolean | null;

  @TextField({
    optional: true,
    nullable: true,
    maxLength: 255,
    typeLast: true,
    example: 'http://phoenix:6006',
  })
  phoenix_endpoint?: string | null;

  @TextField(COMMENT)
  comment?: string;
}

/** Body of a rollback of an orchestrator's configuration. */
export class ConfigRollbackDto implements ConfigRollbackRequest {
  @IntegerField({ min: 1, max: MAX_VERSION, example: 3 })
  config_version: number;

  @TextField(COMMENT)
  comment?: string;
}

/** Body of a rollback of an organization's settings or of the fleet's defaults. */
export class RevisionRollbackDto implements RevisionRollbackRequest {
  @IntegerField({ min: 1, max: MAX_VERSION, example: 3 })
  revision: number;

  @TextField(COMMENT)
  comment?: string;
}

/** Body of a change to an organization's settings. */
export class SetSettingsDto implements SetSettingsRequest {
  @JsonObjectField(CONFIG)
  settings: JsonObject;

  @TextField(COMMENT)
  comment?: string;
}

/** Query of the comparison of two versions. */
export class ConfigDiffQueryDto implements ConfigDiffQuery {
  @IntegerField({ inQuery: true, min: 1, max: MAX_VERSION, example: 3 })
  from: number;

  @IntegerField({ inQuery: true, min: 1, max: MAX_VERSION, example: 5 })
  to: number;
}
