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

const MAX_NAME = 255;

/** Keeps what has the form of the document; the rest is left out rather than half believed. */
function salvageOrganization(organizationId: string, value: JsonValue): ConfiguredOrganization | undefined {
  if (!isId(organizationId) || !isJsonObject(value)) return undefined;
  const { name, orchestrators, is_independent, settings } = value;
  return {
    name: typeof name === 'string' && name !== '' ? name.slice(0, MAX_NAME) : organizationId,
    orchestrators: Array.isArray(orchestrators) ? orchestrators.filter(isId) : [],
    is_independent: is_independent === true,
    settings: isJsonObject(settings) ? settings : {},
  };
}

/** Reads a document of before, at start: whatever can be understood of it is better than nothing. */
export function salvageDocument(document: JsonObject): ControllerConfigDocument {
  const { defaults, organizations, schemas } = document;
  const salvaged = Object.entries(isJsonObject(organizations) ? organizations : {})
    .map(([id, value]) => [id, salvageOrganization(id, value)] as const)
    .filter(([, organization]) => organization !== undefined);
  return {
    defaults: isJsonObject(defaults) ? defaults : {},
    ...(isJsonObject(schemas) ? { schemas } : {}),
    organizations: Object.fromEntries(salvaged) as ControllerConfigDocument['organizations'],
  };
}

/** Gathers what is wrong with a document, so that whoever wrote it learns all of it at once. */
class DocumentReader {
  readonly errors: FieldError[] = [];

  refuse(field: string, detail: string): void {
    this.errors.push({ field, detail: `${field} ${detail}` });
  }

  object(field: string, value: JsonValue | undefined): JsonObject {
    if (value === undefined) return {};
    if (isJsonObject(value)) return value;
    this.refuse(field, 'must be an object');
    return {};
  }

  onlyFields(field: string, value: JsonObject, known: string[]): void {
    for (const key of Object.keys(value)) {
      if (!known.includes(key))
        this.refuse(field === '' ? key : `${field}.${key}`, 'is not a field of the document');
    }
  }

  organization(organizationId: string, value: JsonValue): ConfiguredOrganization {
    const field = `organizations.${organizationId}`;
    if (!isId(organizationId)) this.refuse(field, 'is not an id');
    const organization = this.object(field, value);
    this.onlyFields(field, organization, ['name', 'orchestrators', 'is_independent', 'settings']);
    const { name = organizationId, orchestrators = [], is_independent = false, settings } = organization;
    if (typeof name !== 'string' || name === '' || name.length > MAX_NAME) {
      this.refuse(`${field}.name`, `must be a text of 1 to ${MAX_NAME} characters`);
    }
    if (typeof is_independent !== 'boolean') this.refuse(`${field}.is_independent`, 'must be true or false');
    const ids = Array.isArray(orchestrators) ? orchestrators.filter(isId) : [];
    if (!Array.isArray(orchestrators) || ids.length !== orchestrators.length) {
      this.refuse(`${field}.orchestrators`, 'must be a list of ids');
    }
    return {
      name: typeof name === 'string' ? name : organizationId,
      orchestrators: ids,
      is_independent: is_independent === true,
      settings: this.object(`${field}.settings`, settings),
    };
  }
}

/**
 * Reads a document that someone wants to be in force.
 * @throws AppError `validation_error` with everything that is wrong with it
 */
export function readDocument(value: unknown): ControllerConfigDocument {
  const reader = new DocumentReader();
  const unstorable = whyNotStorable(value);
  if (unstorable !== undefined) reader.refuse('document', `cannot be stored: ${unstorable}`);
  if (!isJsonObject(value)) reader.refuse('document', 'must be an object');
  const document = isJsonObject(value) ? value : {};
  reader.onlyFields('', document, ['defaults', 'organizations', 'schemas']);
  const schemas = reader.object('schemas', document['schemas']);
  reader.onlyFields('schemas', schemas, ['features', 'session_config']);
  for (const [part, schema] of Object.entries(schemas)) reader.object(`schemas.${part}`, schema);
  const organizations = Object.entries(reader.object('organizations', document['organizations'])).map(
    ([id, organization]) => [id, reader.organization(id, organization)] as const,
  );
  const result: ControllerConfigDocument = {
    defaults: reader.object('defaults', document['defaults']),
    ...(Object.keys(schemas).length > 0 ? { schemas } : {}),
    organizations: Object.fromEntries(organizations),
  };
  const [first] = reader.errors;
  if (first) throw new AppError('validation_error', first.detail, reader.errors);
  return result;
}
