import { type JsonObject, type SetConfigRequest, type SetSettingsRequest } from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FEATURES, SESSION, CONFIG, COMMENT, MAX_VERSION } from './configuration-examples.js';
import { IsStorableObject, IsStorableText } from './storable.validator.js';

/** Body of a change of an orchestrator's own configuration. */
export class SetConfigDto implements SetConfigRequest {
  @ApiPropertyOptional({ ...FEATURES, nullable: true })
  @IsOptional()
  @IsStorableObject()
  features?: JsonObject | null;

  @ApiPropertyOptional({ ...SESSION, nullable: true })
  @IsOptional()
  @IsStorableObject()
  session_config?: JsonObject | null;

  @ApiPropertyOptional({ type: Boolean, nullable: true, example: true })
  @IsOptional()
  @IsBoolean()
  privacy_mode?: boolean | null;

  @ApiPropertyOptional({ type: Boolean, nullable: true, example: true })
  @IsOptional()
  @IsBoolean()
  monitoring_enabled?: boolean | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, example: 'http://phoenix:6006' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  @IsStorableText()
  phoenix_endpoint?: string | null;

  @ApiPropertyOptional(COMMENT)
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @IsStorableText()
  comment?: string;
}

/** Body of a rollback of an orchestrator's configuration. */
export class ConfigRollbackDto {
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  config_version: number;

  @ApiPropertyOptional(COMMENT)
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @IsStorableText()
  comment?: string;
}

/** Body of a rollback of an organization's settings or of the fleet's defaults. */
export class RevisionRollbackDto {
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  revision: number;

  @ApiPropertyOptional(COMMENT)
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @IsStorableText()
  comment?: string;
}

/** Body of a change of an organization's settings. */
export class SetSettingsDto implements SetSettingsRequest {
  @ApiProperty(CONFIG)
  @IsStorableObject()
  settings: JsonObject;

  @ApiPropertyOptional(COMMENT)
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @IsStorableText()
  comment?: string;
}

/** Query of the comparison of two versions. */
export class ConfigDiffQueryDto {
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  from: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 5 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  to: number;
}
