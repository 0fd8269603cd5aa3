import { isJsonObject, ORCHESTRATOR_STATUSES, type OrchestratorStatus } from '@moolai/contracts';
import type { ShownRow } from './live-rows.js';

/** An orchestrator of another instance, as that instance shows it. Times are milliseconds since 1970. */
export interface RemoteOrchestrator {
  readonly orchestratorId: string;
  readonly organizationId: string;
  readonly rowId: number;
  /** The start of the instance, and its name. */
  readonly startId: number;
  readonly instanceId: string;
  readonly ownerEpoch: number;
  readonly status: OrchestratorStatus;
  readonly reason: string;
  readonly flag: { readonly isIndependent: boolean };
  readonly isConnected: boolean;
  readonly sessionId: string;
  readonly remoteAddress: string;
  readonly connectedAtMs: number;
  /** 0 before the first heartbeat. */
  lastSeenMs: number;
  /** When its connection was lost; null if it was not. */
  readonly lostAtMs: number | null;
  readonly configAck: null;
  /** See {@link ShownEntry}. */
  shown: ShownRow | null;
}

/** Heartbeats of an organization's connections: processed and ignored. */
export type HeartbeatTotals = [organizationId: string, processed: number, ignored: number];

/** What an instance tells the others about its orchestrators. */
export interface FleetReport {
  startId: number;
  /** Grows by one with each report, so that a lost one is noticed. */
  number: number;
  /** Orchestrators that changed. */
  rows: RemoteOrchestrator[];
  /** Ids, with the epochs, of orchestrators that this instance forgot. */
  gone: [orchestratorId: string, ownerEpoch: number][];
  /** Heartbeats: ids and times. */
  seen: [orchestratorId: string, lastSeenMs: number][];
  /** Replaces the former totals; absent if they did not change. */
  totals?: HeartbeatTotals[];
  /** The report belongs to a sequence that names every orchestrator of the instance. */
  whole?: 'first' | 'more' | 'last';
}

/** Returns undefined for a text of another form: any client of Redis can send one. */
export function parseReport(text: string): FleetReport | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { startId, number, rows, gone, seen } = value;
    const isReport =
      typeof startId === 'number' &&
      typeof number === 'number' &&
      Array.isArray(rows) &&
      rows.every(isRow) &&
      Array.isArray(gone) &&
      Array.isArray(seen);
    return isReport ? (value as unknown as FleetReport) : undefined;
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { orchestratorId, organizationId, rowId, ownerEpoch, status, flag } = value;
  return (
    typeof orchestratorId === 'string' &&
    typeof organizationId === 'string' &&
    typeof rowId === 'number' &&
    typeof ownerEpoch === 'number' &&
    (ORCHESTRATOR_STATUSES as readonly unknown[]).includes(status) &&
    isJsonObject(flag)
  );
}
