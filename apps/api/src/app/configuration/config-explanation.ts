import {
  isJsonObject,
  type ConfigLevel,
  type EffectiveConfig,
  type ExplainedValue,
  type JsonObject,
  type JsonValue,
} from '@moolai/contracts';
import { pointerStep, sameJson } from './config-diff.js';

/** What one level said at one revision. */
export interface LevelRevision {
  revision: number;
  content: JsonObject;
  changedBy: string;
  changedAt: string;
}

/** One level with its revisions, newest first. */
export interface LevelHistory {
  level: Exclude<ConfigLevel, 'built_in'>;
  levelId: string;
  revisions: LevelRevision[];
}

/** A value and the keys that lead to it. */
interface Leaf {
  keys: string[];
  value: JsonValue;
}

/** Everything that is not an object with members. */
function leaves(value: JsonValue, keys: string[] = []): Leaf[] {
  if (!isJsonObject(value) || (Object.keys(value).length === 0 && keys.length > 0)) return [{ keys, value }];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...keys, key]));
}

function valueAt(content: JsonObject, keys: string[]): JsonValue | undefined {
  let value: JsonValue | undefined = content;
  for (const key of keys) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value ?? undefined;
}

/** The oldest revision of the unbroken run, up to the newest one, that says `value` here. */
function whoSet({ revisions }: LevelHistory, keys: string[], value: JsonValue): LevelRevision | undefined {
  let setter: LevelRevision | undefined;
  for (const revision of revisions) {
    if (!sameJson(valueAt(revision.content, keys), value)) break;
    setter = revision;
  }
  return setter;
}

/**
 * Says for each value of the effective configuration which level it came from, and who set it when.
 * @param histories the levels, the one that overlays all others first
 */
export function explainConfig(config: EffectiveConfig, histories: LevelHistory[]): ExplainedValue[] {
  return leaves(config).map(({ keys, value }) => {
    const path = keys.map(pointerStep).join('');
    const origin = histories.find(
      ({ revisions: [newest] }) => newest && valueAt(newest.content, keys) !== undefined,
    );
    const nobody = { level: 'built_in' as const, level_id: null, set_by: null, set_at: null, revision: null };
    if (!origin) return { path, value, ...nobody };
    const setter = whoSet(origin, keys, value);
    return {
      path,
      value,
      level: origin.level,
      level_id: origin.levelId,
      set_by: setter?.changedBy ?? null,
      set_at: setter?.changedAt ?? null,
      revision: setter?.revision ?? null,
    };
  });
}
