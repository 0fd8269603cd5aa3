import type { ConfigAckMessage, OrchestratorStatus } from '@moolai/contracts';
import type { Probe } from './orchestrator-status.js';
import type { SeenEntry } from './pending-writes.js';

/** What a connection must be able to do for the services behind the gateway. */
export interface OrchestratorLink {
  /** Writes one frame; false when the socket is not open any more. */
  send(frame: string): boolean;
  /** True while something written waits for the peer to read: more would only fill this process's memory. */
  readonly isCongested: boolean;
  /** Calls once, when nothing waits any more. A newer listener takes the place of an older one. */
  whenDrained(listener: () => void): void;
  /** Closes with a code of the protocol. */
  close(code: number, reason: string): void;
  /** Pings at once, whatever the schedule says; {@link probe} tells what came of it. */
  sendProbe(nowMs: number): void;
  /** The newest ping of {@link sendProbe}; forgotten with the next processed heartbeat. */
  probe: Probe | null;
}

/**
 * The independence flag as the newest announcement has it. One object is shared by whoever needs the
 * flag, so that a switch is one assignment and a heartbeat reads one property.
 */
export interface IndependenceFlag {
  isIndependent: boolean;
  /** Grows with each switch; an older announcement is ignored. */
  version: number;
}

/**
 * What is in memory of one orchestrator: while it is connected, and after an abnormal end until that
 * stops to matter. Times that are shown are milliseconds since 1970, the others are monotonic, as a clock that is set
 * must change no status. What heartbeats set is always a number, since a field that is null at times makes V8
 * allocate with each of them.
 */
export interface LiveEntry extends SeenEntry {
  readonly orchestratorId: string;
  readonly organizationId: string;
  /** Its row's `id`, which other tables refer to. */
  readonly rowId: number;
  readonly sessionId: string;
  readonly remoteAddress: string;
  /** Milliseconds since 1970. */
  readonly connectedAtMs: number;
  /** Of two connections of one orchestrator the one with the higher number is the newer. */
  readonly registrationNumber: number;
  readonly link: OrchestratorLink;
  /** Held as long as this entry is connected or in memory. */
  readonly flag: IndependenceFlag;
  /** It announced `message_ack`, so that a message to it is delivered only when it says so. */
  readonly acknowledgesMessages: boolean;
  /** It presented a credential, or got one: its id is nobody else's. */
  readonly isAuthenticated: boolean;
  /** It announced `credential_rotation`, so that it can be offered a new credential while it is connected. */
  readonly rotatesCredentials: boolean;
  /** Hash of the credential that it was given on this connection and did not acknowledge yet. */
  credentialOffer: Buffer | null;
  isConnected: boolean;
  /** The newest configuration that was written to it. */
  configVersion: number;
  /** What it made of a configuration last; the row has it a moment later. */
  configAck: Pick<ConfigAckMessage, 'config_version' | 'status'> | null;
  /** Where in a trace its push was (W3C Trace Context); null when nobody traced it. */
  configTraceparent: string | null;
  /** Last processed heartbeat or registration, 0 before the first, since 1970; frozen while independent. */
  lastSeenMs: number;
  /**
   * When the orchestrator last counted as alive: heartbeat, registration, or independence switched off.
   * Monotonic. Not `lastSeenMs`: a long frozen one must page nobody.
   */
  livenessMs: number;
  /** Heartbeats that counted. */
  processedHeartbeats: number;
  /** Heartbeats that came while independence was on; nothing but the record of them follows from it. */
  ignoredHeartbeats: number;
  /** The last reported `health_status.status` was "error". */
  hasHealthError: boolean;
  /** When the connection ended without a close handshake; monotonic. */
  abnormalEndMs: number | null;
  /** The status that was announced last; null before the first time. */
  announcedStatus: OrchestratorStatus | null;
  /** Where the connection came from whose place this one took, if that one was alive; otherwise null. */
  tookOverFrom: string | null;
  /** Its lines of the log, prepared with its first heartbeat of each kind. */
  processingLine: string | null;
  ignoringLine: string | null;
}
