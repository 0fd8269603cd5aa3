import type {
  AdminMessage,
  EffectiveConfig,
  HandshakeAccepted,
  HealthStatus,
  JsonObject,
} from '@moolai/contracts';
import type { BackoffBounds } from './backoff.js';

/** Where a configuration came with: right after the handshake, or while connected. */
export interface ConfigInfo {
  configVersion: number;
  /** SHA-256 of the canonical JSON, hexadecimal. */
  configHash: string;
  source: 'provisioning' | 'config_update';
}

/** Why and for how long there is no connection. */
export interface Disconnected {
  /** WebSocket close code. */
  code: number;
  reason: string;
  /** Pause before the next attempt, in milliseconds; null after `stop()`. */
  reconnectInMs: number | null;
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
  /** Enrolment token or credential. */
  token?: string;
  /** Asked before each heartbeat. */
  health?: () => HealthStatus;
  /**
   * Applies a configuration. What it throws or rejects with is reported to the controller as `failed`;
   * everything else as `applied`.
   */
  onConfig?: (config: EffectiveConfig, info: ConfigInfo) => void | Promise<void>;
  /** Handles a message; acknowledged as `delivered`, or as `failed` with what it throws. */
  onMessage?: (message: AdminMessage) => void | Promise<void>;
  backoff?: BackoffBounds;
  /** A connection without any sign of life for this long is given up; after half of it the client pings. */
  silenceTimeoutMs?: number;
  /** A number from 0 to 1; replaced in tests. */
  random?: () => number;
  /** Starts a timer; replaced in tests. */
  setTimer?: (callback: () => void, ms: number) => NodeJS.Timeout;
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
  /** The controller refused a frame, or sent one that is not understood. */
  problem: [code: string, detail: string];
}
