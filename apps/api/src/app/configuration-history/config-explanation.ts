import {
  isJsonObject,
  type ConfigLevel,
  type EffectiveConfig,
  type ExplainedValue,
  type JsonObject,
  type JsonValue,
} from '@moolai/contracts';
import { sameJson } from '../../platform/json/same-json.js';
import { mergePatch } from '../configuration/index.js';
import { pointerStep } from './config-diff.js';

/** The content of a level at one revision. */
export interface LevelRevision {
  revision: number;
  content: JsonObject;
  changedBy: string;
  changedAt: string;
}

/** A level with its revisions, newest first, which are read as far as needed. */
export interface LevelHistory {
  level: Exclude<ConfigLevel, 'built_in'>;
  levelId: string;
  revisions: AsyncIterable<LevelRevision> | Iterable<LevelRevision>;
}

/** A value and the keys that lead to it. */
interface Leaf {
  keys: string[];
  value: JsonValue;
}

/** All values that are not objects with members. */
function leaves(value: JsonValue, keys: string[] = []): Leaf[] {
  if (!isJsonObject(value) || (Object.keys(value).length === 0 && keys.length > 0)) return [{ keys, value }];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...keys, key]));
}

/** The value that a level sets at this place; `null` only deletes, so it sets none. */
function saidAt(content: JsonObject, keys: string[]): JsonValue | undefined {
  let value: JsonValue | undefined = content;
  for (const key of keys) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value === undefined || value === null ? undefined : mergePatch(undefined, value);
}

/** The origin of a level's value. */
interface Origin {
  level: LevelHistory;
  /** The oldest revision of the unbroken run, up to the newest one, with this value. */
  setter: LevelRevision;
}

/** Finds those of `wanted` that the level sets, and the first revision of each. */
async function originsIn(level: LevelHistory, wanted: Leaf[]): Promise<Map<Leaf, Origin>> {
  const origins = new Map<Leaf, Origin>();
  let open = wanted;
  for await (const revision of level.revisions) {
    open = open.filter(({ keys, value }) => sameJson(saidAt(revision.content, keys), value));
    for (const leaf of open) origins.set(leaf, { level, setter: revision });
    if (open.length === 0) break;
  }
  return origins;
}

/**
 * Returns for each value of the effective configuration its level, actor and time.
 * @param histories the levels, highest precedence first
 */
export async function explainConfig(
  config: EffectiveConfig,
  histories: LevelHistory[],
): Promise<ExplainedValue[]> {
  const all = leaves(config);
  const origins = new Map<Leaf, Origin>();
  for (const history of histories) {
    const wanted = all.filter((leaf) => !origins.has(leaf));
    for (const [leaf, origin] of await originsIn(history, wanted)) origins.set(leaf, origin);
  }
  return all.map((leaf) => {
    const path = leaf.keys.map(pointerStep).join('');
    const origin = origins.get(leaf);
    return {
      path,
      value: leaf.value,
      level: origin?.level.level ?? 'built_in',
      level_id: origin?.level.levelId ?? null,
      set_by: origin?.setter.changedBy ?? null,
      set_at: origin?.setter.changedAt ?? null,
      revision: origin?.setter.revision ?? null,
    };
  });
}
