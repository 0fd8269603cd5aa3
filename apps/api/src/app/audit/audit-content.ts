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

/** The state of something before or after a change; undefined fields count as missing. */
export type AuditedState = Readonly<Record<string, JsonValue | undefined>>;

/** What an entry says, without its place in the chain. */
export type AuditContent = Omit<AuditEntry, 'position' | 'previous_hash' | 'hash'>;

/** Larger states are recorded by their hash: the histories of configurations have them whole. */
const MAX_STATE_BYTES = 32 * 1024;

/** The hash that the first entry follows. */
export const NO_HASH = '0'.repeat(64);

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What an entry's hash covers beside its place: SHA-256 of its canonical JSON (RFC 8785). */
export function contentHash(content: AuditContent): string {
  return sha256(canonicalJson({ ...content }));
}

/** The hash of an entry at a place in the chain; the database does the same (`seal_audit_entry`). */
export function entryHash(previousHash: string, position: number, content: AuditContent): string {
  return sha256(`${previousHash}:${position}:${contentHash(content)}`);
}

function present(state: AuditedState): JsonObject {
  return Object.fromEntries(
    Object.entries(state).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

/**
 * Only what differs. Objects are compared within, arrays as a whole; what is missing on one side is
 * missing there.
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
  // fromEntries defines properties, so a key "__proto__" stays a key.
  return { before: Object.fromEntries(old), after: Object.fromEntries(now) };
}

/** Masks every value; of objects the names stay, and null stays: it says that there is nothing. */
function masked(value: JsonValue): JsonValue {
  if (value === null) return null;
  if (!isJsonObject(value)) return SECRET_MASK;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member)]));
}

/** The same without the values of secrets, by the names of the fields that they are in. */
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
 * What is recorded of a change: the fields that differ, without secrets.
 * @returns undefined when nothing differs
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
