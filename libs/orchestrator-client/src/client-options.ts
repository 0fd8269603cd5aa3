import type { ConnectionOptions } from 'node:tls';
import type {
  AdminMessage,
  EffectiveConfig,
  HandshakeAccepted,
  HealthStatus,
  JsonObject,
  UsageEntry,
} from '@moolai/contracts';
import type { BackoffBounds } from './backoff.js';
import type { NotStoredError } from './not-stored-error.js';
import type { SetTimer } from './timer.js';

/** Where a configuration came from: kept from before, right after the handshake, or while connected. */
export interface ConfigInfo {
  configVersion: number;
  /** SHA-256 of the canonical JSON, hexadecimal. */
  configHash: string;
  source: 'cache' | 'provisioning' | 'config_update';
}

/** Why and for how long there is no connection. */
export interface Disconnected {
  /** WebSocket close code. */
  code: number;
  reason: string;
  /** Pause before the next attempt, in milliseconds; null after `stop()`. */
  reconnectInMs: number | null;
}

/** How a `wss://` connection is secured; as in `tls.connect`. */
export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'minVersion' | 'servername' | 'rejectUnauthorized'
>;

/** How recommendations and reports are kept until the controller has stored them. */
export interface QueueOptions {
  /** When there are more, the oldest report is dropped; recommendations last. Default 1,000. */
  maxEntries?: number;
  /** File that makes the queue outlive the process. Default: `queue.jsonl` in `stateDir`, or none. */
  path?: string;
  /** So many are sent before the first of them is answered. Default 16. */
  maxInFlight?: number;
  /**
   * How long the answer `received` may take before it is sent again, in milliseconds: the first time,
   * and at most after repeated silence. Default 10 s and 60 s.
   */
  deadline?: BackoffBounds;
}

/** What an orchestrator tells its client. Times in milliseconds. */
export interface OrchestratorClientOptions {
  /** For example `wss://controller.example.com/ws`. */
  url: string;
  orchestratorId: string;
  organizationId?: string;
  name?: string;
  version?: string;
  labels?: Record<string, string>;
  features?: JsonObject;
  metadata?: JsonObject;
  /** Enrolment token or credential; presented when there is no kept credential, or none that is good. */
  token?: string;
  /**
   * File that keeps the credential that the controller gives, readable by its owner only. Default:
   * `credential.json` in `stateDir`, or none: then a credential is lost with the process, and never rotated.
   */
  credentialPath?: string;
  /** For a `wss://` url: own certificate authority, client certificate and the like. */
  tls?: TlsOptions;
  /**
   * Directory, created if need be, that makes the client remember across restarts: configuration
   * (`config.json`), handled messages (`handled-messages.jsonl`), queue (`queue.jsonl`) and credential
   * (`credential.json`). It belongs to this orchestrator and to one process at a time.
   */
  stateDir?: string;
  queue?: QueueOptions;
  /** So many messages are remembered as handled, against handling them again. Default 1,000. */
  rememberedMessages?: number;
  /** Asked before each heartbeat. */
  health?: () => HealthStatus;
  /**
   * Applies a configuration. What it throws or rejects with is reported to the controller as `failed`;
   * everything else as `applied`. With `stateDir`, the one that was applied last is handed over in
   * `start()`, before the controller is reached.
   */
  onConfig?: (config: EffectiveConfig, info: ConfigInfo) => void | Promise<void>;
  /**
   * Handles a message; the next one waits for it. Acknowledged as `delivered`, or as `failed` with what
   * it throws. Called once per message, unless the process dies between its end and the note of it.
   */
  onMessage?: (message: AdminMessage) => void | Promise<void>;
  backoff?: BackoffBounds;
  /** A connection without any sign of life for this long is given up; after half of it the client pings. */
  silenceTimeoutMs?: number;
  /** A number from 0 to 1; replaced in tests. */
  random?: () => number;
  /** Replaced in tests. */
  setTimer?: SetTimer;
}

/** Figures of one report. */
export interface Report {
  metrics: Record<string, number>;
  usage?: UsageEntry[];
  health_status?: HealthStatus;
  /** When they were taken, ISO 8601; the moment of the call when left out. */
  timestamp?: string;
}

/** What a client emits. */
export interface OrchestratorClientEvents {
  connected: [session: HandshakeAccepted];
  disconnected: [Disconnected];
  /** The controller refused the registration. */
  refused: [error: string, detail: string];
  /** Another connection registered as this orchestrator. */
  replaced: [];
  config: [config: EffectiveConfig, info: ConfigInfo];
  /** A recommendation or report is stored; also one that an earlier process queued. */
  received: [clientMessageId: string, messageId: number];
  /** A recommendation or report was queued and is given up. */
  dropped: [error: NotStoredError];
  /**
   * Something is wrong that the client lives with: the controller refused a frame (its code), or sent
   * one that is not understood (`not_understood`); no connection (`connection`); a file of the client's
   * state (`state`); a credential that is not kept (`credential`); the kept configuration could not be applied (`cached_config`); not all of a report was kept (`report`); `health` threw.
   */
  problem: [code: string, detail: string];
}
