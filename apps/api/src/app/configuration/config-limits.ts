import { MAX_FRAME_BYTES, type EffectiveConfig, type JsonObject } from '@moolai/contracts';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { AppError } from '../../platform/errors/app-error.js';

/** A configuration must fit into a frame, with room for what stands around it. */
export const MAX_CONFIG_BYTES = MAX_FRAME_BYTES - 4_096;

/** JSON Schemas of parts of the effective configuration; absent ones allow everything. */
export interface ConfigSchemas {
  features?: JsonObject;
  session_config?: JsonObject;
}

function complaint(part: string, error: ErrorObject | undefined): string {
  const where = error?.instancePath.replaceAll('/', '.') ?? '';
  return `${part}${where} ${error?.message ?? 'does not fit its schema'}`;
}

/** Checks effective configurations against the limits of the wire and the schemas of the fleet. */
export class ConfigChecker {
  private readonly validators: [part: string, validate: ValidateFunction][];

  /** @throws AppError `validation_error` when a schema is none */
  constructor(schemas: ConfigSchemas) {
    const ajv = new Ajv({ allErrors: false, strict: false, validateFormats: false });
    this.validators = Object.entries(schemas).map(([part, schema]) => {
      try {
        return [part, ajv.compile(schema as JsonObject)];
      } catch (error) {
        const detail = `schemas.${part} is not a JSON Schema: ${(error as Error).message}`;
        throw new AppError('validation_error', detail, [{ field: `schemas.${part}`, detail }]);
      }
    });
  }

  /** Why a configuration may not be saved; undefined when it may. */
  whyNot(config: EffectiveConfig): string | undefined {
    if (Buffer.byteLength(JSON.stringify(config)) > MAX_CONFIG_BYTES) {
      return `the configuration is larger than ${MAX_CONFIG_BYTES} bytes`;
    }
    for (const [part, validate] of this.validators) {
      if (!validate(config[part])) return complaint(part, validate.errors?.[0]);
    }
    return undefined;
  }
}
