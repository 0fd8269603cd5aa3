import type { HealthStatus } from '../http/orchestrators.js';
import type { JsonObject } from '../json.js';
import type { HandshakeError, WsErrorCode } from './protocol.js';

/** First message of every connection. */
export interface RegisterMessage {
  type: 'register';
  orchestrator_id: string;
  organization_id?: string;
  name?: string;
  version?: string;
  /** What the orchestrator understands, for example `message_ack`. Unknown names are kept, not refused. */
  capabilities?: string[];
  labels?: Record<string, string>;
  features?: JsonObject;
  metadata?: JsonObject;
  /** The configuration version that the orchestrator runs with. */
  config_version?: number;
  /** Its hash, as it came with it; two controllers may give one number to different configurations. */
  config_hash?: string;
  /** Enrolment token or credential. */
  token?: string;
}

/** Heartbeat; has no answer. */
export interface HeartbeatMessage {
  type: 'i_am_alive';
  orchestrator_id: string;
  health_status?: HealthStatus;
}

/** A proposal of an orchestrator for its administrators. */
export interface RecommendationMessage {
  type: 'recommendation';
  orchestrator_id: string;
  client_message_id?: string;
  recommendation: JsonObject;
}

/** Tokens and money that one model used since the last report. */
export interface UsageEntry {
  model: string;
  requests?: number;
  input_tokens?: number;
  output_tokens?: number;
  cost_usd?: number;
}

/** Monitoring figures. */
export interface MonitoringMessage {
  type: 'monitoring';
  orchestrator_id: string;
  client_message_id?: string;
  timestamp?: string;
  metrics: Record<string, number>;
  usage?: UsageEntry[];
  health_status?: HealthStatus;
}

/** Says what became of a configuration. */
export interface ConfigAckMessage {
  type: 'config_ack';
  orchestrator_id: string;
  config_version: number;
  status: 'applied' | 'failed';
  detail?: string;
  /** W3C Trace Context of what was done with it, where the configuration came with one. */
  traceparent?: string;
}

/** Says what became of a message. */
export interface MessageAckMessage {
  type: 'message_ack';
  message_id: number;
  status: 'delivered' | 'failed';
  detail?: string;
  /** W3C Trace Context of what was done with it, where the message came with one. */
  traceparent?: string;
}

/** Proves that a credential which was offered is kept where it survives a restart; has no answer. */
export interface CredentialAckMessage {
  type: 'credential_ack';
  orchestrator_id: string;
  credential: string;
}

/** Everything that an orchestrator may send. */
export type OrchestratorMessage =
  | RegisterMessage
  | HeartbeatMessage
  | RecommendationMessage
  | MonitoringMessage
  | ConfigAckMessage
  | MessageAckMessage
  | CredentialAckMessage;

/** The registration was accepted. */
export interface HandshakeAccepted {
  type: 'handshake_ack';
  success: true;
  orchestrator_id: string;
  organization_id: string;
  is_independent: boolean;
  /** UUID of this connection. */
  session_id: string;
  heartbeat_interval_sec: number;
  heartbeat_ttl_sec: number;
  server_time: string;
  protocol_version: number;
  /**
   * What the orchestrator presents from now on: it enrolled with a token, or its credential is being
   * rotated. The one it has stays good until the new one was used.
   */
  credential?: string;
}

/** The registration was refused; the connection is closed right after. */
export interface HandshakeRefused {
  type: 'handshake_ack';
  success: false;
  error: HandshakeError;
  detail: string;
  /** With `busy` and `unavailable`: when to try again, in milliseconds. */
  retry_after_ms?: number;
}

export type HandshakeAckMessage = HandshakeAccepted | HandshakeRefused;

/**
 * The effective configuration: fleet defaults, overlaid by the organization's settings, overlaid by
 * the orchestrator's own values.
 */
export type EffectiveConfig = JsonObject;

/** Configuration right after the handshake. */
export interface ProvisioningMessage {
  type: 'provisioning';
  orchestrator_id: string;
  config_version: number;
  /** SHA-256 of the canonical JSON of `config`, hexadecimal. */
  config_hash: string;
  config: EffectiveConfig;
  /** True when it is the version that the orchestrator said it runs with: nothing needs to be applied. */
  unchanged?: boolean;
}

/** Configuration that changed while connected. */
export interface ConfigUpdateMessage extends Omit<ProvisioningMessage, 'type'> {
  type: 'config_update';
  /** W3C Trace Context of the change, where the controller traces. */
  traceparent?: string;
}

/** A message of an administrator. `message_id` is its idempotency key. */
export interface AdminMessage {
  type: 'message';
  message_id: number;
  message_type: string;
  message_content: JsonObject;
  /** W3C Trace Context of its delivery, where the controller traces. */
  traceparent?: string;
}

/** The message with this `client_message_id` is stored. */
export interface ReceivedMessage {
  type: 'received';
  client_message_id: string;
  message_id: number;
  /** For people: what of it was not kept. Told once for each connection. */
  warning?: string;
}

/**
 * A new credential for whoever announced the capability `credential_rotation`. The present one stays good
 * until the new one was acknowledged or presented.
 */
export interface CredentialUpdateMessage {
  type: 'credential_update';
  orchestrator_id: string;
  credential: string;
}

/** A frame was refused; the connection stays open. */
export interface ErrorMessage {
  type: 'error';
  code: WsErrorCode;
  detail: string;
  /**
   * With `rate_limited` because too much waits in the controller: when to send it again, in milliseconds. What else of
   * its kind is refused until then gets no answer of its own.
   */
  retry_after_ms?: number;
}

/** The controller is going away; sent before close 1012. */
export interface GoodbyeMessage {
  type: 'goodbye';
  reason: string;
  /** When this orchestrator should come back; spread over the fleet. */
  reconnect_after_ms: number;
}

/** Everything that the controller may send. */
export type ControllerMessage =
  | HandshakeAckMessage
  | ProvisioningMessage
  | ConfigUpdateMessage
  | AdminMessage
  | ReceivedMessage
  | ErrorMessage
  | GoodbyeMessage
  | CredentialUpdateMessage;
