import type { OrchestratorStatus } from '@moolai/contracts';
import type { Expected } from './expected-back.js';

/** A ping sent because heartbeats were missing. Monotonic milliseconds. */
export interface Probe {
  sentAtMs: number;
  /** Null until it is answered. */
  answeredAtMs: number | null;
}

/** The facts that determine an orchestrator's status. Times are monotonic, so that a changed clock has no effect. */
export interface StatusFacts {
  isIndependent: boolean;
  isConnected: boolean;
  hasHealthError: boolean;
  /** When the connection ended without a close handshake; null if it did not. */
  abnormalEndMs: number | null;
  /** The latest of heartbeat, registration and independence switched off; null before all of them. */
  livenessMs: number | null;
  /** The address of the connection that this one replaced, if that was alive; null otherwise. */
  tookOverFrom: string | null;
  /** Its status when the controller stopped, while it has time to reconnect; null otherwise. */
  expected: Pick<Expected, 'status' | 'brokenAtMs' | 'untilMs'> | null;
  /** Until then the controller read no sockets: silence before that does not count. */
  deafUntilMs: number;
  probe: Probe | null;
}

export interface DerivedStatus {
  status: OrchestratorStatus;
  /** One sentence that explains the status. */
  reason: string;
}

function isBroken({ abnormalEndMs, isConnected }: StatusFacts, nowMs: number, ttlMs: number): boolean {
  return !isConnected && abnormalEndMs !== null && nowMs - abnormalEndMs < ttlMs;
}

function expectedStill({ expected, isConnected }: StatusFacts, nowMs: number): StatusFacts['expected'] {
  return !isConnected && expected && nowMs < expected.untilMs ? expected : null;
}

function isAlive({ livenessMs, deafUntilMs }: StatusFacts, nowMs: number, ttlMs: number): boolean {
  return livenessMs !== null && nowMs - Math.max(livenessMs, deafUntilMs) < ttlMs;
}

/**
 * Derives the status (contract section 2): independent, else error, else active, else inactive. An orchestrator that
 * was active or in error when the controller stopped stays so until it has had a full TTL to reconnect.
 *
 * @param nowMs the current monotonic time in milliseconds
 * @param ttlMs `HEARTBEAT_TTL_SEC` in milliseconds
 */
export function deriveStatus(facts: StatusFacts, nowMs: number, ttlMs: number): OrchestratorStatus {
  if (facts.isIndependent) return 'independent';
  if (facts.isConnected && facts.hasHealthError) return 'error';
  if (isBroken(facts, nowMs, ttlMs)) return 'error';
  const expected = expectedStill(facts, nowMs);
  if (expected) return expected.status;
  return facts.isConnected && isAlive(facts, nowMs, ttlMs) ? 'active' : 'inactive';
}

function seconds(ms: number): string {
  const value = Math.floor(ms / 1000);
  return value === 1 ? '1 second' : `${value} seconds`;
}

/** Formats a monotonic moment for people. */
type Moment = (ms: number) => string;

/** In whole seconds, which stay true however long a sentence is displayed. */
function momentsOf(wallOffsetMs: number): Moment {
  return (ms) => `${new Date(ms + wallOffsetMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The result of a ping while heartbeats are missing; empty if there was none. */
function whatProbeShowed({ probe }: StatusFacts, nowMs: number, moment: Moment): string {
  if (!probe) return '';
  const sent = moment(probe.sentAtMs);
  return probe.answeredAtMs === null
    ? `; a ping of ${sent} had no answer by ${moment(nowMs)}`
    : `; a ping of ${sent} was answered, so its connection works`;
}

function whyConnected(facts: StatusFacts, nowMs: number, ttlMs: number, moment: Moment): string {
  const { livenessMs, deafUntilMs } = facts;
  const shown = whatProbeShowed(facts, nowMs, moment);
  if (!isAlive(facts, nowMs, ttlMs) || livenessMs === null) {
    return `It is connected, but no heartbeat came for ${seconds(ttlMs)} or more${shown}.`;
  }
  if (nowMs - livenessMs < ttlMs) {
    return `It is connected, and was alive within the last ${seconds(ttlMs)}${shown}.`;
  }
  const counts = moment(deafUntilMs + ttlMs);
  return `It is connected; the controller itself stood still, so its silence counts only from ${counts} on.`;
}

function whyExpected(
  { status, brokenAtMs, untilMs }: NonNullable<StatusFacts['expected']>,
  moment: Moment,
): string {
  if (brokenAtMs !== null) return `Its connection broke at ${moment(brokenAtMs)} without a goodbye.`;
  const end = moment(untilMs);
  const was = status === 'active' ? 'was active' : 'reported health status "error"';
  return `It ${was} when the controller went down, and has until ${end} to come back.`;
}

/**
 * Explains the status of {@link deriveStatus} in one sentence, which stays true as long as the status does: clients are
 * notified of the next status, not of passing time. A second sentence reports that the connection replaced one that was
 * alive.
 *
 * @param wallOffsetMs offset from the times of `facts` to milliseconds since 1970
 */
export function explainStatus(
  facts: StatusFacts,
  nowMs: number,
  ttlMs: number,
  wallOffsetMs: number,
): string {
  const { isConnected, tookOverFrom } = facts;
  const reason = whyStatus(facts, nowMs, ttlMs, momentsOf(wallOffsetMs));
  if (!isConnected || tookOverFrom === null) return reason;
  return `${reason} It took the place of a connection from ${tookOverFrom} that was alive: two may be using this id.`;
}

function whyStatus(facts: StatusFacts, nowMs: number, ttlMs: number, moment: Moment): string {
  if (facts.isIndependent) return 'Independence is on, so heartbeats are ignored and last seen is frozen.';
  if (facts.isConnected && facts.hasHealthError) return 'It is connected and reports health status "error".';
  if (isBroken(facts, nowMs, ttlMs)) {
    return `Its connection broke at ${moment(facts.abnormalEndMs ?? nowMs)} without a goodbye.`;
  }
  const expected = expectedStill(facts, nowMs);
  if (expected) return whyExpected(expected, moment);
  return facts.isConnected ? whyConnected(facts, nowMs, ttlMs, moment) : 'It is not connected.';
}
