import type { LiveOrchestrator, OrchestratorStatus } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import { IsoTimes } from '../../platform/clock/iso-times.js';
import type { LiveEntry } from './live-orchestrator.js';

/** The JSON of one item, and the state that it shows. */
export interface ShownRow {
  text: string;
  status: OrchestratorStatus;
  isIndependent: boolean;
  lastSeenMs: number;
  /** Where the text of `last_seen` begins. */
  seenAt: number;
}

/** What the list of connected orchestrators shows of one of them, besides its status. */
export interface ShownEntry extends Pick<
  LiveEntry,
  | 'orchestratorId'
  | 'organizationId'
  | 'sessionId'
  | 'remoteAddress'
  | 'instanceId'
  | 'connectedAtMs'
  | 'lastSeenMs'
> {
  readonly flag: { readonly isIndependent: boolean };
  /** Its JSON of the last answer; null before the first. A field, because a map of thousands costs more than the rest. */
  shown: ShownRow | null;
}

export type LiveVisitor = (entry: ShownEntry, status: OrchestratorStatus) => void;

/** A source of connected orchestrators: those of this process, for example. */
export interface LiveSource {
  /** Increases whenever something changed that {@link visitConnected} shows. */
  readonly version: number;
  /** Calls `visit` for each connected orchestrator. An entry stays the same object as long as its connection. */
  visitConnected(scope: Scope, visit: LiveVisitor): void;
}

const SEEN = '"last_seen":"';
const SEEN_LENGTH = '2026-11-29T19:06:02.007Z'.length;

/** An item as the API shows it. */
export function toLiveOrchestrator(entry: ShownEntry, status: OrchestratorStatus): LiveOrchestrator {
  return {
    orchestrator_id: entry.orchestratorId,
    organization_id: entry.organizationId,
    status,
    is_independent: entry.flag.isIndependent,
    connected_at: new Date(entry.connectedAtMs).toISOString(),
    last_seen: entry.lastSeenMs === 0 ? null : new Date(entry.lastSeenMs).toISOString(),
    session_id: entry.sessionId,
    remote_address: entry.remoteAddress,
    instance_id: entry.instanceId,
  };
}

const times = new IsoTimes();

/**
 * The JSON of an item. It is kept from one answer to the next, and a heartbeat changes only the time in it: formatting
 * 15,000 items anew takes 30 ms.
 */
export function jsonOf(entry: ShownEntry, status: OrchestratorStatus): string {
  const { shown, lastSeenMs, flag } = entry;
  const isSame = shown?.status === status && shown.isIndependent === flag.isIndependent;
  if (!isSame || lastSeenMs === 0 || shown.lastSeenMs === 0) return create(entry, status);
  if (shown.lastSeenMs !== lastSeenMs) {
    const { text, seenAt } = shown;
    const parts = [text.slice(0, seenAt), times.format(lastSeenMs), text.slice(seenAt + SEEN_LENGTH)];
    // Unlike `+`, this leaves no tree of strings, which every later answer would have to walk through.
    shown.text = parts.join('');
    shown.lastSeenMs = lastSeenMs;
  }
  return shown.text;
}

function create(entry: ShownEntry, status: OrchestratorStatus): string {
  const text = JSON.stringify(toLiveOrchestrator(entry, status));
  entry.shown = {
    text,
    status,
    isIndependent: entry.flag.isIndependent,
    lastSeenMs: entry.lastSeenMs,
    // Only ids and times come before it, so that this is no other field's text.
    seenAt: text.indexOf(SEEN) + SEEN.length,
  };
  return text;
}
