import { isJsonObject, type JsonObject, type JsonValue } from '@moolai/contracts';
import fc from 'fast-check';

/** Ids at the limits of validity, and just outside them. */
const IDS = ['a', 'Z9', `0${'.'.repeat(49)}`, 'a-b_c.d', 'x'.repeat(50)];
const NO_IDS = ['', 'x'.repeat(51), '.a', '-a', '_a', 'a b', 'a/b', 'ä', 'a\n'];

/** Values of every JSON type. A value of the wrong type must be refused. */
const ANYTHING: JsonValue[] = [null, true, false, 0, 1, -1, 0.5, '', 'x', [], [1], {}, { a: 1 }];

/** Usually a valid value, sometimes a near miss: a wrong field matters only if most others are right. */
function mostly<T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

function texts({ pattern, minLength, maxLength }: JsonObject): fc.Arbitrary<JsonValue> {
  if (pattern !== undefined) return mostly(fc.constantFrom(...IDS), fc.constantFrom(...NO_IDS));
  const [least, most] = [Number(minLength ?? 0), Number(maxLength ?? 300)];
  // A character outside the basic plane has two code units but counts as one character.
  const right = ['x'.repeat(least), 'x'.repeat(most), '\u{1f600}'.repeat(most), 'x'];
  const wrong = ['x'.repeat(Math.max(0, least - 1)), 'x'.repeat(most + 1), '\u{1f600}'.repeat(most + 1)];
  return mostly(fc.constantFrom(...right), fc.constantFrom(...wrong));
}

function numbers({ type, minimum, maximum }: JsonObject): fc.Arbitrary<JsonValue> {
  const [least, most] = [Number(minimum ?? -1e9), Number(maximum ?? 1e9)];
  const right = [least, most, 1, ...(type === 'integer' ? [] : [0.5, 1e-9])];
  return mostly(fc.constantFrom(...right), fc.constantFrom(least - 1, most + 1, most * 2, 0.5, -0.5));
}

/** Usually a few members; sometimes the maximum, or one more. */
function counts(limit: JsonValue | undefined): fc.Arbitrary<number> {
  const most = Number(limit ?? 5);
  return fc.oneof(
    { weight: 100, arbitrary: fc.nat({ max: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom(most, most + 1) },
  );
}

function lists({ items, maxItems }: JsonObject): fc.Arbitrary<JsonValue> {
  return counts(maxItems).chain((count) =>
    fc
      .array(near(items as JsonObject), { minLength: Math.min(count, 3), maxLength: Math.min(count, 3) })
      .map((some) =>
        // One entry is repeated: a thousand random entries would take longer and find no more.
        Array.from(
          { length: some.length === 0 ? 0 : count },
          (_, index) => some[index % some.length] ?? null,
        ),
      ),
  );
}

function maps({ maxProperties, propertyNames, additionalProperties }: JsonObject): fc.Arbitrary<JsonValue> {
  if (!isJsonObject(additionalProperties))
    return fc.constantFrom<JsonValue>({}, { a: 1 }, { a: { b: [null] } });
  const name = near(propertyNames as JsonObject).map(String);
  const entries = fc.array(fc.tuple(name, near(additionalProperties)), { maxLength: 3 });
  return fc.tuple(entries, counts(maxProperties), near(additionalProperties)).map(([some, count, value]) => {
    const filling = Array.from(
      { length: count > 3 ? count : 0 },
      (_, index) => [`n${index}`, value] as const,
    );
    return Object.fromEntries(filling.length > 0 ? filling : some);
  });
}

function records({ properties, required }: JsonObject): fc.Arbitrary<JsonValue> {
  const model = Object.fromEntries(
    Object.entries(properties as Record<string, JsonObject>).map(([name, schema]) => [name, near(schema)]),
  );
  const unknown = fc.option(fc.constantFrom(...ANYTHING), { nil: undefined });
  const dropped = mostly(fc.constant(''), fc.constantFrom(...(required as string[]), 'nothing'));
  return fc
    .tuple(fc.record(model, { requiredKeys: required as string[] }), unknown, dropped)
    .map(([fields, extra, without]) => {
      const all = { ...fields, ...(extra === undefined ? {} : { from_the_future: extra }) };
      return Object.fromEntries<JsonValue>(Object.entries(all).filter(([name]) => name !== without));
    });
}

/**
 * Generates values that match a schema or nearly do: at each of its limits, just beyond them, or of another type.
 * Supports the keywords that the contract uses.
 */
export function near(schema: JsonObject): fc.Arbitrary<JsonValue> {
  const { const: only, enum: some, type, properties } = schema;
  if (only !== undefined) return fc.constant(only);
  const anything = fc.constantFrom(...ANYTHING);
  if (Array.isArray(some)) return mostly(fc.constantFrom(...some), anything);
  switch (type) {
    case 'string':
      return mostly(texts(schema), anything);
    case 'integer':
    case 'number':
      return mostly(numbers(schema), anything);
    case 'array':
      return mostly(lists(schema), anything);
    case 'object':
      return properties === undefined ? mostly(maps(schema), anything) : mostly(records(schema), anything);
    default:
      throw new Error(`a schema of type ${JSON.stringify(type)} is not known here`);
  }
}
