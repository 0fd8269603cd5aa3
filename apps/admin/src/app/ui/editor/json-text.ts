import {
  inexactNumber,
  isJsonObject,
  whyInexact,
  type FieldError,
  type JsonObject,
  type JsonValue,
} from '@moolai/contracts';
import { EDITOR_TEXTS } from './editor.texts';

const TEXTS = EDITOR_TEXTS.jsonText;

/** An error in a JSON document and its place. */
export interface JsonProblem {
  /** Keys from the root; the place is marked as far as they exist. */
  readonly path: readonly string[];
  readonly message: string;
}

/** A parsed JSON object, or the error. */
export type ParsedText = { readonly value: JsonObject } | { readonly problem: string };

function inOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, inOrder(value[key] ?? null)]));
}

/** A formatted value with sorted keys, because the database does not keep their order. */
export function prettyJson(value: JsonValue): string {
  return JSON.stringify(inOrder(value), null, 2);
}

/** True for equal values, in any order of keys. */
export function isSameJson(one: JsonValue, other: JsonValue): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

/** Parses a JSON object. */
export function parseObject(text: string): ParsedText {
  try {
    const value: unknown = JSON.parse(text);
    // The browser would silently round the number.
    const number = inexactNumber(text);
    if (number) return { problem: `${placeName(number.path)}: ${whyInexact(number)}` };
    return isJsonObject(value) ? { value } : { problem: TEXTS.mustBeObject };
  } catch (error) {
    return { problem: TEXTS.invalidJson((error as Error).message) };
  }
}

/** The keys of a JSON pointer (RFC 6901). */
export function keysOfPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A readable name of a place in a document. */
export function placeName(path: readonly string[]): string {
  return path.length === 0 ? TEXTS.theDocument : path.join('.');
}

/** The existing part of a dotted field; keys may contain dots themselves. */
function resolve(parts: readonly string[], value: JsonValue | undefined): string[] {
  if (typeof value !== 'object' || value === null) return [];
  for (let length = parts.length; length > 0; length -= 1) {
    const key = parts.slice(0, length).join('.');
    if (Object.hasOwn(value, key)) {
      return [key, ...resolve(parts.slice(length), (value as Record<string, JsonValue>)[key])];
    }
  }
  return [];
}

/**
 * Errors of the API at their places in the document. The API names fields of the effective configuration, which the
 * document may contain below `prefixes`.
 */
export function refusedPlaces(
  fields: readonly FieldError[],
  document: JsonObject,
  prefixes: readonly string[] = [],
): JsonProblem[] {
  return fields.map(({ field, detail }) => {
    const candidates = ['', ...prefixes].map((prefix) =>
      resolve((prefix === '' ? field : `${prefix}.${field}`).split('.'), document),
    );
    const path = candidates.reduce((best, one) => (one.length > best.length ? one : best));
    return { path, message: detail };
  });
}
