/** Path of the WebSocket for orchestrators. */
export const WS_PATH = '/ws';

/** Version of the wire protocol, sent in `handshake_ack`. */
export const PROTOCOL_VERSION = 1;

/** Maximum size of a frame in bytes; a larger one closes the connection with 1009. */
export const MAX_FRAME_BYTES = 256 * 1024;

/** Maximum size of `health_status`, in bytes of UTF-8 JSON. A larger one is dropped from its message. */
export const MAX_HEALTH_BYTES = 16 * 1024;

/** Maximum size of `metadata` in a registration, in bytes of UTF-8 JSON. */
export const MAX_METADATA_BYTES = 16 * 1024;

/** Maximum size of `features` in a registration, in bytes of UTF-8 JSON. */
export const MAX_FEATURES_BYTES = 64 * 1024;

/** Time within which the first message, `register`, must arrive. */
export const REGISTER_TIMEOUT_MS = 10_000;

/** The controller pings a connection after this much silence. */
export const PING_AFTER_SILENCE_MS = 15_000;

/** This many protocol errors within {@link ERROR_WINDOW_MS} close the connection. */
export const MAX_ERRORS_PER_WINDOW = 20;
export const ERROR_WINDOW_MS = 60_000;

/** WebSocket close codes that the controller uses (contract section 3). */
export const CLOSE_CODES = {
  messageTooBig: 1009,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  registrationRefused: 4400,
  badCredentials: 4401,
  registerTimeout: 4408,
  replaced: 4409,
  unreadOutput: 4413,
  tooManyErrors: 4429,
} as const;

/** Codes of `{"type":"error"}` messages. */
export const WS_ERROR_CODES = [
  'invalid_json',
  'invalid_message',
  'unknown_type',
  'not_registered',
  'orchestrator_id_mismatch',
  'rate_limited',
] as const;
export type WsErrorCode = (typeof WS_ERROR_CODES)[number];

/** Values of `error` in a refused `handshake_ack`. */
export const HANDSHAKE_ERRORS = [
  'invalid_message',
  'unauthorized',
  'credential_revoked',
  'enrolment_token_expired',
  'enrolment_token_revoked',
  'enrolment_token_used_up',
  'quarantined',
  'organization_mismatch',
  'organization_inactive',
  'busy',
  'unavailable',
] as const;
export type HandshakeError = (typeof HANDSHAKE_ERRORS)[number];

/**
 * Errors that mean the presented credential is invalid. They close the connection with 4401, and the client may try
 * another credential.
 */
export const CREDENTIAL_ERRORS: ReadonlySet<HandshakeError> = new Set([
  'unauthorized',
  'credential_revoked',
  'enrolment_token_expired',
  'enrolment_token_revoked',
  'enrolment_token_used_up',
]);

/**
 * Names for `register.capabilities`. An orchestrator with `credential_rotation` is offered new credentials while
 * connected, and confirms with `credential_ack` that it has stored them.
 */
export const CAPABILITIES = ['message_ack', 'credential_rotation'] as const;
export type Capability = (typeof CAPABILITIES)[number];
