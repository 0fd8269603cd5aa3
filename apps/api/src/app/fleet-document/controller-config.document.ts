import {
  isId,
  isJsonObject,
  whyNotStorable,
  type ConfiguredOrganization,
  type ControllerConfigDocument,
  type FieldError,
  type JsonObject,
  type JsonValue,
} from '@moolai/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { sameJson } from '../../platform/json/same-json.js';
import type { ConfigSchemas, FleetContent } from '../configuration/index.js';

/** The wanted changes of a document; absent parts stay as they are. */
export interface DocumentChange extends Partial<FleetContent> {
  organizations: Record<string, Partial<ConfiguredOrganization>>;
}

const MAX_NAME = 255;
const ORGANIZATION_FIELDS = ['name', 'orchestrators', 'is_independent', 'settings'];
const SCHEMA_PARTS = ['features', 'session_config'];

function isName(value: JsonValue | undefined): value is string {
  const isText = typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
  return isText && whyNotStorable(value) === undefined;
}

/** The object if PostgreSQL can store it, otherwise an empty one. */
function salvageObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) && whyNotStorable(value) === undefined ? value : {};
}

function salvageOrganization(organizationId: string, value: JsonObject): ConfiguredOrganization {
  const { name, orchestrators, is_independent, settings } = value;
  return {
    name: isName(name) ? name : organizationId,
    orchestrators: Array.isArray(orchestrators) ? [...new Set(orchestrators.filter(isId))] : [],
    is_independent: is_independent === true,
    settings: salvageObject(settings),
  };
}

/** Reads an earlier document at start, keeping all valid parts. */
export function salvageDocument(document: JsonObject): Required<ControllerConfigDocument> {
  const { organizations, defaults, schemas } = document;
  const salvaged = Object.entries(isJsonObject(organizations) ? organizations : {}).flatMap(([id, value]) =>
    isId(id) && isJsonObject(value) ? [[id, salvageOrganization(id, value)] as const] : [],
  );
  const parts = Object.entries(salvageObject(schemas)).filter(
    ([part, schema]) => SCHEMA_PARTS.includes(part) && isJsonObject(schema),
  );
  return {
    defaults: salvageObject(defaults),
    schemas: Object.fromEntries(parts),
    organizations: Object.fromEntries(salvaged),
  };
}

/** Collects all errors of a document, so that the user sees all of them at once. */
class DocumentReader {
  readonly errors: FieldError[] = [];

  refuse(field: string, detail: string): void {
    this.errors.push({ field, detail: `${field} ${detail}` });
  }

  object(field: string, value: JsonValue): JsonObject {
    if (isJsonObject(value)) return value;
    this.refuse(field, 'must be an object');
    return {};
  }

  /** An object that is stored unchanged. */
  content(field: string, value: JsonValue): JsonObject {
    const reason = whyNotStorable(value);
    if (reason !== undefined) this.refuse(field, `cannot be stored: ${reason}`);
    return this.object(field, value);
  }

  onlyFields(prefix: string, value: JsonObject, known: string[]): void {
    const unknown = Object.keys(value).filter((key) => !known.includes(key));
    for (const key of unknown) this.refuse(`${prefix}${key}`, 'is not a field of the document');
  }

  schemas(value: JsonValue): ConfigSchemas {
    const schemas = this.content('schemas', value);
    this.onlyFields('schemas.', schemas, SCHEMA_PARTS);
    const parts = Object.entries(schemas).map(([part, schema]) => [
      part,
      this.object(`schemas.${part}`, schema),
    ]);
    return Object.fromEntries(parts) as ConfigSchemas;
  }

  organization(organizationId: string, value: JsonValue): Partial<ConfiguredOrganization> {
    const field = `organizations.${organizationId}`;
    if (!isId(organizationId)) this.refuse(field, 'is not an id');
    const organization = this.object(field, value);
    this.onlyFields(`${field}.`, organization, ORGANIZATION_FIELDS);
    const { name, orchestrators, is_independent, settings } = organization;
    const result: Partial<ConfiguredOrganization> = {};
    if (isName(name)) result.name = name;
    else if (name !== undefined)
      this.refuse(`${field}.name`, `must be a text of 1 to ${MAX_NAME} characters`);
    if (typeof is_independent === 'boolean') result.is_independent = is_independent;
    else if (is_independent !== undefined) this.refuse(`${field}.is_independent`, 'must be true or false');
    if (Array.isArray(orchestrators) && orchestrators.every(isId)) {
      result.orchestrators = [...new Set(orchestrators)];
    } else if (orchestrators !== undefined) {
      this.refuse(`${field}.orchestrators`, 'must be a list of ids');
    }
    if (settings !== undefined) result.settings = this.content(`${field}.settings`, settings);
    return result;
  }
}

/**
 * Parses a document to be applied.
 * @throws AppError `validation_error` with all errors
 */
export function readDocument(value: unknown): DocumentChange {
  const reader = new DocumentReader();
  const document = reader.object('document', value as JsonValue);
  reader.onlyFields('', document, ['defaults', 'organizations', 'schemas']);
  const { defaults, schemas, organizations = {} } = document;
  const result: DocumentChange = {
    organizations: Object.fromEntries(
      Object.entries(reader.object('organizations', organizations)).map(([id, organization]) => [
        id,
        reader.organization(id, organization),
      ]),
    ),
  };
  if (defaults !== undefined) result.defaults = reader.content('defaults', defaults);
  if (schemas !== undefined) result.schemas = reader.schemas(schemas);
  const [first] = reader.errors;
  if (first) throw new AppError('validation_error', first.detail, reader.errors);
  return result;
}

/** The fields that differ from before. */
function changedFields<T extends object>(edited: Partial<T>, base: T): Partial<T> {
  const before = new Map<string, JsonValue>(Object.entries(base));
  const changed = Object.entries<JsonValue>(edited as Record<string, JsonValue>).filter(
    ([key, value]) => !sameJson(value, before.get(key)),
  );
  return Object.fromEntries(changed) as Partial<T>;
}

/** The manual changes in a document. Everything else in it may be older than the database, and must not be restored. */
export function editsOf(edited: DocumentChange, base: ControllerConfigDocument): DocumentChange {
  const { organizations, ...fleet } = edited;
  const changed = Object.entries(organizations).flatMap(([id, organization]) => {
    const before = base.organizations[id];
    if (!before) return [[id, organization] as const];
    const fields = changedFields<ConfiguredOrganization>(organization, before);
    return Object.keys(fields).length > 0 ? [[id, fields] as const] : [];
  });
  return { ...changedFields(fleet, base), organizations: Object.fromEntries(changed) };
}
