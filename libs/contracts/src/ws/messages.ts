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
  /** Features that the orchestrator supports, for example `message_ack`. Unknown names are stored, not refused. */
  capabilities?: string[];
  labels?: Record<string, string>;
  features?: JsonObject;
  metadata?: JsonObject;
  /** The configuration version that the orchestrator runs. */
  config_version?: number;
  /** The hash received with that version. Two controllers may use one version number for different configurations. */
  config_hash?: string;
  /** Enrolment token or credential. */
  token?: string;
}

/** Heartbeat; not answered. */
export interface HeartbeatMessage {
  type: 'i_am_alive';
  orchestrator_id: string;
  health_status?: HealthStatus;
}

/** A recommendation of an orchestrator to its administrators. */
export interface RecommendationMessage {
  type: 'recommendation';
  orchestrator_id: string;
  client_message_id?: string;
  recommendation: JsonObject;
}

/** Tokens and cost of one model since the last report. */
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

/** Acknowledges a configuration as applied or failed. */
export interface ConfigAckMessage {
  type: 'config_ack';
  orchestrator_id: string;
  config_version: number;
  status: 'applied' | 'failed';
  detail?: string;
  /** W3C Trace Context of applying it, if the configuration carried one. */
  traceparent?: string;
}

/** Acknowledges a message as delivered or failed. */
export interface MessageAckMessage {
  type: 'message_ack';
  message_id: number;
  status: 'delivered' | 'failed';
  detail?: string;
  /** W3C Trace Context of handling it, if the message carried one. */
  traceparent?: string;
}

/** Confirms that an offered credential is stored durably; not answered. */
export interface CredentialAckMessage {
  type: 'credential_ack';
  orchestrator_id: string;
  credential: string;
}

/** Every message that an orchestrator may send. */
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
  /** The controller instance at the other end. Informative: the next connection may reach another one. */
  instance_id: string;
  heartbeat_interval_sec: number;
  heartbeat_ttl_sec: number;
  server_time: string;
  protocol_version: number;
  /**
   * The credential to present from the next registration on, after an enrolment or during a rotation. The current
   * credential stays valid until the new one is used.
   */
  credential?: string;
}

/** The registration was refused. The controller then closes the connection. */
export interface HandshakeRefused {
  type: 'handshake_ack';
  success: false;
  error: HandshakeError;
  detail: string;
  /** With `busy` and `unavailable`: when to retry, in milliseconds. */
  retry_after_ms?: number;
}

export type HandshakeAckMessage = HandshakeAccepted | HandshakeRefused;

/**
 * The effective configuration: fleet defaults, overridden by the organization's settings, overridden by the
 * orchestrator's own values.
 */
export type EffectiveConfig = JsonObject;

/** The configuration sent right after the handshake. */
export interface ProvisioningMessage {
  type: 'provisioning';
  orchestrator_id: string;
  config_version: number;
  /** SHA-256 of the canonical JSON of `config`, hexadecimal. */
  config_hash: string;
  config: EffectiveConfig;
  /** True if the orchestrator already runs this version: nothing needs to be applied. */
  unchanged?: boolean;
}

/** A configuration that changed while the orchestrator is connected. */
export interface ConfigUpdateMessage extends Omit<ProvisioningMessage, 'type'> {
  type: 'config_update';
  /** W3C Trace Context of the change, if the controller traces. */
  traceparent?: string;
}

/** A message from an administrator. `message_id` is its idempotency key. */
export interface AdminMessage {
  type: 'message';
  message_id: number;
  message_type: string;
  message_content: JsonObject;
  /** W3C Trace Context of the delivery, if the controller traces. */
  traceparent?: string;
}

/** The message with this `client_message_id` is stored. */
export interface ReceivedMessage {
  type: 'received';
  client_message_id: string;
  message_id: number;
  /** For people: parts of the message that were not stored. Sent once per connection. */
  warning?: string;
}

/**
 * A new credential, sent to orchestrators with the capability `credential_rotation`. The current one stays valid until
 * the new one is acknowledged or presented.
 */
export interface CredentialUpdateMessage {
  type: 'credential_update';
  orchestrator_id: string;
  credential: string;
}

/** A frame was refused. The connection stays open. */
export interface ErrorMessage {
  type: 'error';
  code: WsErrorCode;
  detail: string;
  /**
   * With `rate_limited` because the controller's inbox is full: when to send the message again, in milliseconds. Other
   * messages of its kind that are refused until then get no answer of their own.
   */
  retry_after_ms?: number;
}

/** The controller is shutting down; sent before close 1012. */
export interface GoodbyeMessage {
  type: 'goodbye';
  reason: string;
  /** When this orchestrator should reconnect; spread over the fleet. */
  reconnect_after_ms: number;
}

/** Every message that the controller may send. */
export type ControllerMessage =
  | HandshakeAckMessage
  | ProvisioningMessage
  | ConfigUpdateMessage
  | AdminMessage
  | ReceivedMessage
  | ErrorMessage
  | GoodbyeMessage
  | CredentialUpdateMessage;
