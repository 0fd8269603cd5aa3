import type { OrchestratorStatus } from '@moolai/contracts';

/** What the status of an orchestrator follows from. Times in milliseconds. */
export interface StatusFacts {
  isIndependent: boolean;
  isConnected: boolean;
  hasHealthError: boolean;
  /** When the connection ended without a close handshake; null when it did not. */
  abnormalEndMs: number | null;
  /** Latest of heartbeat, registration and independence switched off; null before all of them. */
  livenessMs: number | null;
}

export interface DerivedStatus {
  status: OrchestratorStatus;
  /** One sentence saying why. */
  reason: string;
}

/** Whole seconds, rounded down as the console does. */
function seconds(ms: number): string {
  const value = Math.floor(ms / 1000);
  return value === 1 ? '1 second' : `${value} seconds`;
}

function ago(ms: number): string {
  return ms < 1000 ? 'just now' : `${seconds(ms)} ago`;
}

function independentReason(isConnected: boolean): string {
  const link = isConnected ? 'it is connected' : 'it is not connected';
  return `Independence is on, so heartbeats are ignored and last seen is frozen; ${link}.`;
}

/**
 * Derives the status (contract section 2): independent, else error, else active, else inactive.
 *
 * @param nowMs the current time in milliseconds
 * @param ttlMs `HEARTBEAT_TTL_SEC` in milliseconds
 */
export function deriveStatus(facts: StatusFacts, nowMs: number, ttlMs: number): DerivedStatus {
  if (facts.isIndependent) return { status: 'independent', reason: independentReason(facts.isConnected) };
  if (facts.isConnected && facts.hasHealthError) {
    return { status: 'error', reason: 'It is connected and reports health status "error".' };
  }
  if (!facts.isConnected && facts.abnormalEndMs !== null && nowMs - facts.abnormalEndMs < ttlMs) {
    const when = ago(nowMs - facts.abnormalEndMs);
    return { status: 'error', reason: `Its connection broke ${when} without a goodbye.` };
  }
  if (!facts.isConnected) return { status: 'inactive', reason: 'It is not connected.' };
  if (facts.livenessMs !== null && nowMs - facts.livenessMs < ttlMs) {
    return { status: 'active', reason: `It is connected and was alive ${ago(nowMs - facts.livenessMs)}.` };
  }
  return {
    status: 'inactive',
    reason: `It is connected, but no heartbeat came for ${seconds(ttlMs)} or more.`,
  };
}
