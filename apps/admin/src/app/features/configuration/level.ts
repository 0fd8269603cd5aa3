import type { ConfigDifference, JsonObject, JsonValue, OwnConfig, SetConfigRequest } from '@moolai/contracts';
import { isJsonObject } from '@moolai/contracts';
import { keysOfPointer, type JsonProblem } from '../../ui/editor/json-text';
import { SchemaCheck } from '../../ui/editor/json-schema';
import { CONFIGURATION_TEXTS } from './configuration.texts';

const TEXTS = CONFIGURATION_TEXTS.level;

export const LEVEL_KINDS = ['fleet', 'organization', 'orchestrator'] as const;
export type LevelKind = (typeof LEVEL_KINDS)[number];

/** A level of an effective configuration. */
export interface LevelRef {
  readonly kind: LevelKind;
  /** Empty for the fleet. */
  readonly id: string;
}

/** The content of a level, and the tag of that state. */
export interface LevelContent {
  readonly content: JsonObject;
  readonly tag: string | null;
}

/** The fleet's JSON Schemas, by the part of the configuration that they apply to. */
export type Schemas = Readonly<Partial<Record<'features' | 'session_config', JsonObject>>>;

const OWN_FIELDS = [
  'features',
  'session_config',
  'privacy_mode',
  'monitoring_enabled',
  'phoenix_endpoint',
] as const;
const OWN_TYPES: Readonly<Record<(typeof OWN_FIELDS)[number], string>> = {
  features: 'object',
  session_config: 'object',
  privacy_mode: 'boolean',
  monitoring_enabled: 'boolean',
  phoenix_endpoint: 'string',
};
const FLEET_FIELDS = new Set(['defaults', 'schemas']);

function isSaid(value: JsonValue | undefined): value is JsonValue {
  if (value === null || value === undefined) return false;
  return !isJsonObject(value) || Object.keys(value).length > 0;
}

/** An orchestrator's own level, without unset fields. */
export function ownContent(own: OwnConfig): JsonObject {
  const fields = { ...own } as Record<string, JsonValue>;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isSaid(value)));
}

/** The change that replaces an orchestrator's own level by `content`. */
export function ownChange(content: JsonObject): SetConfigRequest {
  return Object.fromEntries(OWN_FIELDS.map((field) => [field, content[field] ?? null]));
}

function partProblems(content: JsonObject, schemas: Schemas, path: readonly string[]): JsonProblem[] {
  return Object.entries(schemas).flatMap(([part, schema]) => {
    const value = content[part];
    return value === undefined ? [] : [...new SchemaCheck(schema).problems(value, [...path, part])];
  });
}

function knownFields(content: JsonObject): JsonProblem[] {
  return Object.entries(content).flatMap(([field, value]) => {
    const type = OWN_FIELDS.find((known) => known === field);
    const names = OWN_FIELDS.join(', ');
    if (!type)
      return [
        {
          path: [field],
          message: TEXTS.unknownField(field, names),
        },
      ];
    if (value === null) return [];
    const actual = Array.isArray(value) ? 'array' : typeof value;
    return actual === OWN_TYPES[type]
      ? []
      : [{ path: [field], message: TEXTS.mustBe(field, OWN_TYPES[type]) }];
  });
}

/** The schemas in a document of the fleet. */
export function schemasOf(document: JsonObject): Schemas {
  const given = isJsonObject(document['schemas']) ? document['schemas'] : {};
  return Object.fromEntries(Object.entries(given).filter(([, schema]) => isJsonObject(schema)));
}

/** Errors that can be found without the controller. */
export function problemsOf(kind: LevelKind, content: JsonObject, schemas: Schemas): readonly JsonProblem[] {
  if (kind === 'organization') return partProblems(content, schemas, []);
  if (kind === 'orchestrator') return [...knownFields(content), ...partProblems(content, schemas, [])];
  const unknown = Object.keys(content).filter((field) => !FLEET_FIELDS.has(field));
  const defaults = isJsonObject(content['defaults']) ? content['defaults'] : {};
  return [
    ...unknown.map((field) => ({ path: [field], message: TEXTS.unknownPart(field) })),
    ...partProblems(defaults, schemasOf(content), ['defaults']),
  ];
}

function put(target: Record<string, JsonValue>, keys: readonly string[], value: JsonValue): void {
  const [key, ...rest] = keys;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const next: JsonObject = isJsonObject(inner) ? inner : {};
  target[key] = next;
  put(next, rest, value);
}

/** Both sides of some differences as documents, to compare side by side. */
export function sidesOf(changes: readonly ConfigDifference[]): { before: JsonObject; after: JsonObject } {
  const before: JsonObject = {};
  const after: JsonObject = {};
  for (const change of changes) {
    const keys = keysOfPointer(change.path);
    if (change.before !== undefined) put(before, keys, change.before);
    if (change.after !== undefined) put(after, keys, change.after);
  }
  return { before, after };
}
