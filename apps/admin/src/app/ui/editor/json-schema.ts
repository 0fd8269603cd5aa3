import { isJsonObject, type JsonObject, type JsonValue } from '@moolai/contracts';
import { EDITOR_TEXTS } from './editor.texts';
import { isSameJson, keysOfPointer, type JsonProblem } from './json-text';

const TEXTS = EDITOR_TEXTS.jsonSchema;

/** The JSON Schema types of a value. */
function typesOf(value: JsonValue): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    // A pattern that only the controller understands is left to it.
    return true;
  }
}

/**
 * Checks a level's content against the fleet's schema during typing. Supports the usual keywords of JSON Schema and
 * leaves the others to the controller. Accepts missing and `null` values, because other levels may set them.
 */
export class SchemaCheck {
  private readonly found: JsonProblem[] = [];

  constructor(private readonly root: JsonObject) {}

  /** The errors of a value; empty if it is valid. */
  problems(value: JsonValue, path: readonly string[]): readonly JsonProblem[] {
    this.check(value, this.root, path);
    return this.found;
  }

  private check(value: JsonValue, given: JsonValue | undefined, path: readonly string[], depth = 0): void {
    if (given === false) this.add(path, TEXTS.notAllowed);
    if (!isJsonObject(given) || value === null || depth > 64) return;
    const schema = this.followed(given);
    this.checkValue(value, schema, path);
    if (typeof value === 'number') this.checkNumber(value, schema, path);
    if (typeof value === 'string') this.checkText(value, schema, path);
    if (Array.isArray(value)) this.checkItems(value, schema, path, depth);
    if (isJsonObject(value)) this.checkFields(value, schema, path, depth);
    for (const part of listOf(schema['allOf'])) this.check(value, part, path, depth + 1);
    const choices = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])];
    if (choices.length > 0 && !choices.some((one) => this.fits(value, one, depth))) {
      this.add(path, TEXTS.noMatchingForm);
    }
  }

  private fits(value: JsonValue, schema: JsonValue, depth: number): boolean {
    const attempt = new SchemaCheck(this.root);
    attempt.check(value, schema, [], depth + 1);
    return attempt.found.length === 0;
  }

  private followed(schema: JsonObject): JsonObject {
    const reference = schema['$ref'];
    if (typeof reference !== 'string' || !reference.startsWith('#')) return schema;
    let target: JsonValue | undefined = this.root;
    for (const key of keysOfPointer(reference.slice(1))) {
      target = isJsonObject(target) ? target[key] : undefined;
    }
    return isJsonObject(target) ? target : {};
  }

  private checkValue(value: JsonValue, schema: JsonObject, path: readonly string[]): void {
    const types = listOf(schema['type']);
    if (types.length > 0 && !types.some((type) => typesOf(value).some((one) => one === type))) {
      this.add(path, TEXTS.mustBe(types.map(String).join(' or ')));
    }
    const words = schema['enum'];
    if (Array.isArray(words) && !words.some((word) => isSameJson(word, value))) {
      this.add(path, TEXTS.mustBeOneOf(words.map((word) => JSON.stringify(word)).join(', ')));
    }
    const constant = schema['const'];
    if (constant !== undefined && !isSameJson(constant, value)) {
      this.add(path, TEXTS.mustBe(JSON.stringify(constant)));
    }
  }

  private checkNumber(value: number, schema: JsonObject, path: readonly string[]): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
    if (typeof minimum === 'number' && value < minimum) this.add(path, TEXTS.mustBeAtLeast(minimum));
    if (typeof maximum === 'number' && value > maximum) this.add(path, TEXTS.mustBeAtMost(maximum));
    if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum)
      this.add(path, TEXTS.mustBeAbove(exclusiveMinimum));
    if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum)
      this.add(path, TEXTS.mustBeBelow(exclusiveMaximum));
    if (typeof multipleOf === 'number' && !Number.isInteger(value / multipleOf))
      this.add(path, TEXTS.mustBeMultipleOf(multipleOf));
  }

  private checkText(value: string, schema: JsonObject, path: readonly string[]): void {
    const { minLength, maxLength, pattern } = schema;
    const { length } = [...value];
    if (typeof minLength === 'number' && length < minLength) this.add(path, TEXTS.minCharacters(minLength));
    if (typeof maxLength === 'number' && length > maxLength) this.add(path, TEXTS.maxCharacters(maxLength));
    if (typeof pattern === 'string' && !matches(pattern, value)) this.add(path, TEXTS.mustMatch(pattern));
  }

  private checkItems(
    value: readonly JsonValue[],
    schema: JsonObject,
    path: readonly string[],
    depth: number,
  ): void {
    const { minItems, maxItems, items } = schema;
    if (typeof minItems === 'number' && value.length < minItems) this.add(path, TEXTS.minItems(minItems));
    if (typeof maxItems === 'number' && value.length > maxItems) this.add(path, TEXTS.maxItems(maxItems));
    for (const [index, item] of value.entries()) this.check(item, items, [...path, String(index)], depth + 1);
  }

  private checkFields(value: JsonObject, schema: JsonObject, path: readonly string[], depth: number): void {
    const known = isJsonObject(schema['properties']) ? schema['properties'] : {};
    const patterns = isJsonObject(schema['patternProperties'])
      ? Object.entries(schema['patternProperties'])
      : [];
    for (const [key, field] of Object.entries(value)) {
      const place = [...path, key];
      const fitting = patterns.filter(([pattern]) => matches(pattern, key));
      for (const [, part] of fitting) this.check(field, part, place, depth + 1);
      if (Object.hasOwn(known, key)) this.check(field, known[key], place, depth + 1);
      else if (fitting.length === 0) this.checkUnnamed(field, schema['additionalProperties'], place, depth);
    }
  }

  private checkUnnamed(
    field: JsonValue,
    schema: JsonValue | undefined,
    place: readonly string[],
    depth: number,
  ): void {
    if (schema === false) this.add(place, TEXTS.unknownToSchema);
    else this.check(field, schema, place, depth + 1);
  }

  private add(path: readonly string[], message: string): void {
    this.found.push({ path, message: `${path.join('.') || TEXTS.theValue} ${message}` });
  }
}
