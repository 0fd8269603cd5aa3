import { MAX_FRAME_BYTES, type FieldError, type JsonObject } from '@moolai/contracts';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { AppError } from '../../platform/errors/app-error.js';
import type { ComputedConfig } from './effective-configs.js';

/** A configuration must fit into a frame, with room for what stands around it. */
export const MAX_CONFIG_BYTES = MAX_FRAME_BYTES - 4_096;
/** Complaints that one answer lists. */
const MAX_COMPLAINTS = 20;

/** JSON Schemas of parts of the effective configuration; absent ones allow everything. */
export interface ConfigSchemas {
  features?: JsonObject;
  session_config?: JsonObject;
}

/** The fields that every orchestrator knows, whatever else a fleet adds (contract section 3). */
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

/** With own properties only: else every object would have the `toString` that a schema describes. */
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
    // An asynchronous schema answers with a promise, and that would pass for a yes.
    if ('$async' in schema) throw new Error('it must not be asynchronous');
    return newAjv().compile(schema);
  } catch (error) {
    const detail = `schemas.${part} is not a JSON Schema: ${(error as Error).message}`;
    throw new AppError('validation_error', detail, [{ field: `schemas.${part}`, detail }]);
  }
}

/**
 * Checks effective configurations against the limits of the wire and the schemas of the fleet. The same
 * configuration is checked once, however many orchestrators share it.
 */
export class ConfigChecker {
  private readonly validators: [part: string, validate: ValidateFunction][];
  private readonly known = new WeakMap<ComputedConfig, ErrorObject[][]>();

  /** @throws AppError `validation_error` when a schema is none */
  constructor(schemas: ConfigSchemas) {
    const parts = Object.entries<JsonObject>({ ...schemas });
    this.validators = [
      ['', validateKnownFields],
      ...parts.map(([part, schema]): [string, ValidateFunction] => [part, compile(part, schema)]),
    ];
  }

  /** What forbids an orchestrator's configuration; empty when nothing does. */
  complaints(computed: ComputedConfig): FieldError[] {
    return this.complaintsBut(computed, () => false);
  }

  /**
   * What forbids what a level above says, whether or not there is an orchestrator below it yet. What it
   * lacks does not: the levels below may say it.
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

/** @throws AppError `validation_error` that says of whom, and everything that is wrong */
export function assertAllowed(whose: string, complaints: FieldError[]): void {
  const [first] = complaints;
  if (!first) return;
  throw new AppError(
    'validation_error',
    `The configuration of ${whose} would not be valid: ${first.detail}.`,
    complaints,
  );
}
