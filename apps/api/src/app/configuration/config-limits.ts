import { MAX_FRAME_BYTES, type FieldError, type JsonObject } from '@moolai/contracts';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { AppError } from '../../platform/errors/app-error.js';
import type { ComputedConfig } from './effective-configs.js';

/** A configuration must fit into one frame together with its envelope. */
export const MAX_CONFIG_BYTES = MAX_FRAME_BYTES - 4_096;
/** Number of errors in one answer. */
const MAX_COMPLAINTS = 20;

/** JSON Schemas of parts of the effective configuration; absent ones allow everything. */
export interface ConfigSchemas {
  features?: JsonObject;
  session_config?: JsonObject;
}

/** The fields common to all orchestrators (contract section 3). */
const KNOWN_FIELDS = {
  type: 'object',
  properties: {
    features: { type: 'object' },
    session_config: { type: 'object' },
    privacy_mode: { type: 'boolean' },
    monitoring_enabled: { type: 'boolean' },
    phoenix_endpoint: { type: 'string' },
  },
};

/** Checks own properties only: otherwise every object would have the `toString` that a schema describes. */
function newAjv(): Ajv {
  return new Ajv({ allErrors: true, strict: false, validateFormats: false, ownProperties: true });
}

const validateKnownFields = newAjv().compile(KNOWN_FIELDS);

function complaint(part: string, { instancePath, message }: ErrorObject): FieldError {
  const path = `${part}${instancePath.replaceAll('/', '.')}`;
  const field = part === '' ? path.slice(1) : path;
  return { field, detail: `${field} ${message ?? 'does not fit its schema'}` };
}

function compile(part: string, schema: JsonObject): ValidateFunction {
  try {
    // An asynchronous schema returns a promise, which would count as valid.
    if ('$async' in schema) throw new Error('it must not be asynchronous');
    return newAjv().compile(schema);
  } catch (error) {
    const detail = `schemas.${part} is not a JSON Schema: ${(error as Error).message}`;
    throw new AppError('validation_error', detail, [{ field: `schemas.${part}`, detail }]);
  }
}

/**
 * Checks effective configurations against the limits of the wire and the fleet's schemas. Equal configurations are
 * checked once, however many orchestrators share them.
 */
export class ConfigChecker {
  private readonly validators: [part: string, validate: ValidateFunction][];
  private readonly known = new WeakMap<ComputedConfig, ErrorObject[][]>();

  /** @throws AppError `validation_error` for an invalid schema */
  constructor(schemas: ConfigSchemas) {
    const parts = Object.entries<JsonObject>({ ...schemas });
    this.validators = [
      ['', validateKnownFields],
      ...parts.map(([part, schema]): [string, ValidateFunction] => [part, compile(part, schema)]),
    ];
  }

  /** The errors of an orchestrator's configuration; empty if it is valid. */
  complaints(computed: ComputedConfig): FieldError[] {
    return this.complaintsBut(computed, () => false);
  }

  /**
   * The errors of an upper level, with or without orchestrators below it. Missing fields are allowed, because lower
   * levels may set them.
   */
  levelComplaints(computed: ComputedConfig): FieldError[] {
    return this.complaintsBut(computed, ({ keyword }) => keyword === 'required');
  }

  private complaintsBut(computed: ComputedConfig, isForgiven: (error: ErrorObject) => boolean): FieldError[] {
    if (Buffer.byteLength(computed.json) > MAX_CONFIG_BYTES) {
      return [{ field: 'config', detail: `the configuration is larger than ${MAX_CONFIG_BYTES} bytes` }];
    }
    const complaints = this.errorsOf(computed).flatMap((errors, index) =>
      errors
        .filter((error) => !isForgiven(error))
        .map((error) => complaint(this.validators[index]?.[0] ?? '', error)),
    );
    return complaints.slice(0, MAX_COMPLAINTS);
  }

  private errorsOf(computed: ComputedConfig): ErrorObject[][] {
    let errors = this.known.get(computed);
    if (!errors) {
      const { config } = computed;
      errors = this.validators.map(([part, validate]) =>
        validate(part === '' ? config : config[part]) ? [] : (validate.errors ?? []),
      );
      this.known.set(computed, errors);
    }
    return errors;
  }
}

/** @throws AppError `validation_error` with the subject and all errors */
export function assertAllowed(whose: string, complaints: FieldError[]): void {
  const [first] = complaints;
  if (!first) return;
  throw new AppError(
    'validation_error',
    `The configuration of ${whose} would not be valid: ${first.detail}.`,
    complaints,
  );
}
