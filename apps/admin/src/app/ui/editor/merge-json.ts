import { isJsonObject, type JsonObject, type JsonValue } from '@moolai/contracts';
import { isSameJson } from './json-text';

/** Two merged changes of one document. */
export interface Merged {
  readonly value: JsonObject;
  /** Places that both changed differently; our value is used there. */
  readonly conflicts: readonly string[];
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return isSameJson(one, other);
}

function mergeObjects(
  base: JsonObject,
  ours: JsonObject,
  theirs: JsonObject,
  path: readonly string[],
  conflicts: string[],
): JsonObject {
  const merged: [string, JsonValue][] = [];
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [was, mine, other] = [base[key], ours[key], theirs[key]];
    const place = [...path, key];
    let value = mine;
    if (isSame(mine, was)) value = other;
    else if (!isSame(other, was) && !isSame(mine, other)) {
      if (isJsonObject(mine) && isJsonObject(other)) {
        value = mergeObjects(isJsonObject(was) ? was : {}, mine, other, place, conflicts);
      } else conflicts.push(place.join('.'));
    }
    if (value !== undefined) merged.push([key, value]);
  }
  return Object.fromEntries(merged);
}

/** Merges our changes of `base` with another user's. */
export function mergeJson(base: JsonObject, ours: JsonObject, theirs: JsonObject): Merged {
  const conflicts: string[] = [];
  return { value: mergeObjects(base, ours, theirs, [], conflicts), conflicts };
}
