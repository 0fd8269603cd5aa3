import type { ConfigAckMessage, OrchestratorStatus } from '@moolai/contracts';
import type { Probe } from './orchestrator-status.js';
import type { ShownRow } from './live-rows.js';
import type { SeenEntry } from './pending-writes.js';

/** A connection, as the services behind the gateway use it. */
export interface OrchestratorLink {
  /** Writes one frame; false if the socket is no longer open. */
  send(frame: string): boolean;
  /** True while output waits for the peer to read: more would only fill this process's memory. */
  readonly isCongested: boolean;
  /** Calls the listener once, when no output is waiting. A new listener replaces the previous one. */
  whenDrained(listener: () => void): void;
  /** Closes with a code of the protocol. */
  close(code: number, reason: string): void;
  /** Pings immediately, independent of the schedule; see {@link probe} for the result. */
  sendProbe(nowMs: number): void;
  /** The newest ping of {@link sendProbe}; cleared by the next processed heartbeat. */
  probe: Probe | null;
}

/**
 * The independence flag of the newest announcement. One shared object, so that a switch is one assignment and a
 * heartbeat reads one property.
 */
export interface IndependenceFlag {
  isIndependent: boolean;
  /** Increases with each switch; an older announcement is ignored. */
  version: number;
}

/**
 * An orchestrator in memory: while it is connected, and after an abnormal close until that no longer matters. Displayed
 * times are milliseconds since 1970; the others are monotonic, because a changed clock must not change a status. Fields
 * set by heartbeats are always numbers, because V8 would allocate for a field that is sometimes null.
 */
export interface LiveEntry extends SeenEntry {
  readonly orchestratorId: string;
  readonly organizationId: string;
  /** Its row's `id`, which other tables refer to. */
  readonly rowId: number;
  readonly sessionId: string;
  readonly remoteAddress: string;
  /** The controller instance with the connection. */
  readonly instanceId: string;
  /** Milliseconds since 1970. */
  readonly connectedAtMs: number;
  /** Of two registrations of one orchestrator, wherever they were made, the one with the higher epoch is newer. */
  readonly ownerEpoch: number;
  /** Of two connections to this instance, the one with the higher number began to register later. */
  readonly registrationNumber: number;
  readonly link: OrchestratorLink;
  /** Kept as long as this entry is connected or in memory. */
  readonly flag: IndependenceFlag;
  /** It announced `message_ack`, so messages are delivered only once acknowledged. */
  readonly acknowledgesMessages: boolean;
  /** It presented or received a credential, so its id is protected. */
  readonly isAuthenticated: boolean;
  /** It announced `credential_rotation`, so a new credential can be offered while it is connected. */
  readonly rotatesCredentials: boolean;
  /** Hash of the credential given on this connection and not acknowledged yet. */
  credentialOffer: Buffer | null;
  isConnected: boolean;
  /** Another instance has the orchestrator, which came from this address; null while it is here. */
  movedTo: string | null;
  /** The newest configuration written to it. */
  configVersion: number;
  /** Its last acknowledgement of a configuration; the row follows a moment later. */
  configAck: Pick<ConfigAckMessage, 'config_version' | 'status'> | null;
  /** Trace context of its last push (W3C Trace Context); null if not traced. */
  configTraceparent: string | null;
  /** Last processed heartbeat or registration since 1970, 0 before the first; frozen while independent. */
  lastSeenMs: number;
  /**
   * When the orchestrator last counted as alive: heartbeat, registration, or independence switched off. Monotonic.
   * Separate from `lastSeenMs`, because a value frozen for long must not raise an alarm.
   */
  livenessMs: number;
  /** Processed heartbeats. */
  processedHeartbeats: number;
  /** Heartbeats during independence; they are only counted. */
  ignoredHeartbeats: number;
  /** The last reported `health_status.status` was "error". */
  hasHealthError: boolean;
  /** When the connection ended without a close handshake; monotonic. */
  abnormalEndMs: number | null;
  /** The last announced status; null before the first. */
  announcedStatus: OrchestratorStatus | null;
  /** The address of the connection that this one replaced, if that was alive; otherwise null. */
  tookOverFrom: string | null;
  /** Its log lines, prepared with its first heartbeat of each kind. */
  processingLine: string | null;
  /** Its item in the list of connected orchestrators. */
  shown: ShownRow | null;
  ignoringLine: string | null;
}
