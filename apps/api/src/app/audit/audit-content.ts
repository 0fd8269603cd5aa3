import { createHash } from 'node:crypto';
import {
  isJsonObject,
  SECRET_MASK,
  type AuditEntry,
  type JsonObject,
  type JsonValue,
} from '@moolai/contracts';
import { canonicalJson } from '../../platform/json/canonical-json.js';
import { isSecretName, withoutUrlPasswords } from '../../platform/secrets/secret-names.js';

/** The state of an object before or after a change; undefined fields count as missing. */
export type AuditedState = Readonly<Record<string, JsonValue | undefined>>;

/** Content of an entry, without its place in the chain. */
export type AuditContent = Omit<AuditEntry, 'position' | 'previous_hash' | 'hash'>;

/** Larger states are recorded by hash: the configuration histories contain them in full. */
const MAX_STATE_BYTES = 32 * 1024;

/** The previous hash of the first entry. */
export const NO_HASH = '0'.repeat(64);

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The hash of an entry's content: SHA-256 of its canonical JSON (RFC 8785). */
export function contentHash(content: AuditContent): string {
  return sha256(canonicalJson({ ...content }));
}

/** The hash of an entry at its place in the chain. The database computes the same (`seal_audit_entry`). */
export function entryHash(previousHash: string, position: number, content: AuditContent): string {
  return sha256(`${previousHash}:${position}:${contentHash(content)}`);
}

function present(state: AuditedState): JsonObject {
  return Object.fromEntries(
    Object.entries(state).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

/**
 * Keeps the differing fields only. Compares objects field by field and arrays as a whole; a field missing on one side
 * stays missing there.
 */
export function changedFields(
  before: JsonObject,
  after: JsonObject,
): { before: JsonObject; after: JsonObject } {
  const old: [string, JsonValue][] = [];
  const now: [string, JsonValue][] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    const is = Object.hasOwn(after, key) ? after[key] : undefined;
    if (isJsonObject(was) && isJsonObject(is)) {
      const inner = changedFields(was, is);
      if (Object.keys(inner.before).length + Object.keys(inner.after).length === 0) continue;
      old.push([key, inner.before]);
      now.push([key, inner.after]);
    } else if (was === undefined || is === undefined || canonicalJson(was) !== canonicalJson(is)) {
      if (was !== undefined) old.push([key, was]);
      if (is !== undefined) now.push([key, is]);
    }
  }
  // fromEntries defines properties, so "__proto__" stays an ordinary key.
  return { before: Object.fromEntries(old), after: Object.fromEntries(now) };
}

/** Masks every value. Keeps field names and null, which means that nothing is set. */
function masked(value: JsonValue): JsonValue {
  if (value === null) return null;
  if (!isJsonObject(value)) return SECRET_MASK;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member)]));
}

/** Masks the values of fields with a secret's name. */
export function redacted(value: JsonValue): JsonValue {
  if (typeof value === 'string') return withoutUrlPasswords(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, member]): [string, JsonValue] => [
    key,
    isSecretName(key) ? masked(member) : redacted(member),
  ]);
  return Object.fromEntries(members);
}

function bounded(state: JsonObject): JsonObject {
  const text = canonicalJson(state);
  const bytes = Buffer.byteLength(text);
  return bytes <= MAX_STATE_BYTES ? state : { omitted: { bytes, sha256: sha256(text) } };
}

function recorded(state: JsonObject): JsonObject {
  return bounded(redacted(state) as JsonObject);
}

/**
 * The recorded states of a change: the differing fields, without secrets.
 * @returns undefined if nothing differs
 */
export function recordedStates(
  before: AuditedState | null,
  after: AuditedState | null,
): { before: JsonObject | null; after: JsonObject | null } | undefined {
  if (before === null || after === null) {
    return { before: before && recorded(present(before)), after: after && recorded(present(after)) };
  }
  const changed = changedFields(present(before), present(after));
  if (Object.keys(changed.before).length + Object.keys(changed.after).length === 0) return undefined;
  return { before: recorded(changed.before), after: recorded(changed.after) };
}
