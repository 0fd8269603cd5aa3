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

/**
 * Origin of a configuration: cached by an earlier process, sent right after the handshake, or pushed while connected.
 */
export interface ConfigInfo {
  configVersion: number;
  /** SHA-256 of the canonical JSON, hexadecimal. */
  configHash: string;
  source: 'cache' | 'provisioning' | 'config_update';
}

/** Why the connection ended, and when the client reconnects. */
export interface Disconnected {
  /** WebSocket close code. */
  code: number;
  reason: string;
  /** Pause before the next attempt, in milliseconds; null after `stop()`. */
  reconnectInMs: number | null;
  /** The address of the connection. */
  url: string;
}

/** TLS options of a `wss://` connection, as in `tls.connect`. */
export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'minVersion' | 'servername' | 'rejectUnauthorized'
>;

/** How recommendations and reports are queued until the controller has stored them. */
export interface QueueOptions {
  /** Beyond this, the oldest report is dropped, or the oldest recommendation if there are no reports. Default 1,000. */
  maxEntries?: number;
  /** File that keeps the queue across restarts. Default: `queue.jsonl` in `stateDir`; without `stateDir`, none. */
  path?: string;
  /** Maximum number of unanswered messages. Default 16. */
  maxInFlight?: number;
  /**
   * Time to wait for `received` before a message is sent again, in milliseconds: initially, and at most after repeated
   * silence. Default 10 s and 60 s.
   */
  deadline?: BackoffBounds;
}

/** Options of the client. Times are in milliseconds. */
export interface OrchestratorClientOptions {
  /**
   * For example `wss://controller.example.com/ws`. With several addresses of one controller, the client starts at a
   * random one and goes on to the next one whenever a connection fails or ends.
   */
  url: string | readonly string[];
  orchestratorId: string;
  organizationId?: string;
  name?: string;
  version?: string;
  labels?: Record<string, string>;
  features?: JsonObject;
  metadata?: JsonObject;
  /** Enrolment token or credential; presented if no stored credential is valid. */
  token?: string;
  /**
   * File that stores the credential issued by the controller, readable by its owner only. Default: `credential.json` in
   * `stateDir`. Without either, a credential is lost when the process ends, and is never rotated.
   */
  credentialPath?: string;
  /** For `wss://` urls: certificate authority, client certificate and so on. */
  tls?: TlsOptions;
  /**
   * Directory for the client's state, created if needed: configuration (`config.json`), handled messages
   * (`handled-messages.jsonl`), queue (`queue.jsonl`) and credential (`credential.json`). Only one orchestrator, and
   * one process at a time, may use it.
   */
  stateDir?: string;
  queue?: QueueOptions;
  /** Number of handled messages to remember, so that they are not handled twice. Default 1,000. */
  rememberedMessages?: number;
  /** Called before each heartbeat. */
  health?: () => HealthStatus;
  /**
   * Applies a configuration. If it throws or rejects, the client reports `failed` with the error, otherwise `applied`.
   * With `stateDir`, `start()` first hands over the last applied configuration, before connecting.
   */
  onConfig?: (config: EffectiveConfig, info: ConfigInfo) => void | Promise<void>;
  /**
   * Handles a message; the next message waits until it is done. The client acknowledges `delivered`, or `failed` with
   * the error. Called once per message, unless the process dies between the end of the handler and the record of it.
   */
  onMessage?: (message: AdminMessage) => void | Promise<void>;
  backoff?: BackoffBounds;
  /**
   * How long an address may take from the attempt to connect until it answers the registration. Default: 10 s with
   * several addresses; with one, only `silenceTimeoutMs` applies.
   */
  answerTimeoutMs?: number;
  /** After this much silence the client gives up the connection; after half of it, it pings. */
  silenceTimeoutMs?: number;
  /** Returns a number from 0 to 1; replaced in tests. */
  random?: () => number;
  /** Replaced in tests. */
  setTimer?: SetTimer;
}

/** Metrics of one report. */
export interface Report {
  metrics: Record<string, number>;
  usage?: UsageEntry[];
  health_status?: HealthStatus;
  /** When they were measured, ISO 8601; defaults to the time of the call. */
  timestamp?: string;
}

/** Events of the client. */
export interface OrchestratorClientEvents {
  connected: [session: HandshakeAccepted];
  disconnected: [Disconnected];
  /** The controller refused the registration. */
  refused: [error: string, detail: string];
  /** Another connection registered with the same orchestrator id. */
  replaced: [];
  config: [config: EffectiveConfig, info: ConfigInfo];
  /** A recommendation or report was stored, including those that an earlier process queued. */
  received: [clientMessageId: string, messageId: number];
  /** A queued recommendation or report was given up. */
  dropped: [error: NotStoredError];
  /**
   * A problem that the client survives: the controller refused a frame (its error code) or sent an invalid one
   * (`not_understood`); no connection (`connection`); a state file failed (`state`); a credential could not be stored
   * (`credential`); the cached configuration could not be applied (`cached_config`); parts of a report were not stored
   * (`report`); `health` threw.
   */
  problem: [code: string, detail: string];
}
