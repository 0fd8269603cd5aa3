import type { OrchestratorStatus } from '@moolai/contracts';

/** A ping that was sent because heartbeats stayed away. Milliseconds since 1970. */
export interface Probe {
  sentAtMs: number;
  /** Null while the answer is outstanding. */
  answeredAtMs: number | null;
}

/** What the status of an orchestrator follows from. Times in milliseconds since 1970. */
export interface StatusFacts {
  isIndependent: boolean;
  isConnected: boolean;
  hasHealthError: boolean;
  /** When the connection ended without a close handshake; null when it did not. */
  abnormalEndMs: number | null;
  /** Latest of heartbeat, registration and independence switched off; null before all of them. */
  livenessMs: number | null;
  /** Until when it is given time to come back after a start of the controller; null when it is not. */
  expectedUntilMs: number | null;
  /** The controller itself was deaf until then: silence from before counts against nobody. */
  deafUntilMs: number;
  probe: Probe | null;
}

export interface DerivedStatus {
  status: OrchestratorStatus;
  /** One sentence saying why. */
  reason: string;
}

function isBroken({ abnormalEndMs, isConnected }: StatusFacts, nowMs: number, ttlMs: number): boolean {
  return !isConnected && abnormalEndMs !== null && nowMs - abnormalEndMs < ttlMs;
}

function isExpected({ expectedUntilMs, isConnected }: StatusFacts, nowMs: number): boolean {
  return !isConnected && expectedUntilMs !== null && nowMs < expectedUntilMs;
}

function isAlive({ livenessMs, deafUntilMs }: StatusFacts, nowMs: number, ttlMs: number): boolean {
  return livenessMs !== null && nowMs - Math.max(livenessMs, deafUntilMs) < ttlMs;
}

/**
 * Derives the status (contract section 2): independent, else error, else active, else inactive. An
 * orchestrator that was active when the controller went down counts as active until it had a full TTL
 * to come back.
 *
 * @param nowMs the current time in milliseconds
 * @param ttlMs `HEARTBEAT_TTL_SEC` in milliseconds
 */
export function deriveStatus(facts: StatusFacts, nowMs: number, ttlMs: number): OrchestratorStatus {
  if (facts.isIndependent) return 'independent';
  if (facts.isConnected && facts.hasHealthError) return 'error';
  if (isBroken(facts, nowMs, ttlMs)) return 'error';
  if (isExpected(facts, nowMs)) return 'active';
  return facts.isConnected && isAlive(facts, nowMs, ttlMs) ? 'active' : 'inactive';
}

/** Whole seconds, rounded down as the console does. */
function seconds(ms: number): string {
  const value = Math.floor(ms / 1000);
  return value === 1 ? '1 second' : `${value} seconds`;
}

function ago(ms: number): string {
  return ms < 1000 ? 'just now' : `${seconds(ms)} ago`;
}

/** What a ping has shown while heartbeats stay away; empty without one. */
function whatProbeShowed({ probe }: StatusFacts, nowMs: number): string {
  if (!probe) return '';
  const sent = ago(nowMs - probe.sentAtMs);
  return probe.answeredAtMs === null
    ? `; a ping sent ${sent} is not answered yet`
    : `; a ping sent ${sent} was answered, so its connection works`;
}

function whyConnected(facts: StatusFacts, nowMs: number, ttlMs: number): string {
  const { livenessMs, deafUntilMs } = facts;
  if (!isAlive(facts, nowMs, ttlMs) || livenessMs === null) {
    return `It is connected, but no heartbeat came for ${seconds(ttlMs)} or more${whatProbeShowed(facts, nowMs)}.`;
  }
  const alive = `It is connected and was alive ${ago(nowMs - livenessMs)}`;
  if (nowMs - livenessMs < ttlMs) return `${alive}${whatProbeShowed(facts, nowMs)}.`;
  const left = seconds(ttlMs - (nowMs - deafUntilMs));
  return `${alive}; the controller itself stood still, so its silence counts only in ${left}.`;
}

/** Says in one sentence why the status is what {@link deriveStatus} says it is. */
export function explainStatus(facts: StatusFacts, nowMs: number, ttlMs: number): string {
  if (facts.isIndependent) {
    const link = facts.isConnected ? 'it is connected' : 'it is not connected';
    return `Independence is on, so heartbeats are ignored and last seen is frozen; ${link}.`;
  }
  if (facts.isConnected && facts.hasHealthError) return 'It is connected and reports health status "error".';
  if (isBroken(facts, nowMs, ttlMs)) {
    return `Its connection broke ${ago(nowMs - (facts.abnormalEndMs ?? nowMs))} without a goodbye.`;
  }
  if (isExpected(facts, nowMs)) {
    const left = seconds((facts.expectedUntilMs ?? nowMs) - nowMs);
    return `It was active when the controller went down, and has ${left} left to come back.`;
  }
  return facts.isConnected ? whyConnected(facts, nowMs, ttlMs) : 'It is not connected.';
}
