/** Path of the orchestrators' WebSocket. */
export const WS_PATH = '/ws';

/** Version of the wire protocol, sent in `handshake_ack`. */
export const PROTOCOL_VERSION = 1;

/** Largest accepted frame in bytes; a larger one closes the connection with 1009. */
export const MAX_FRAME_BYTES = 256 * 1024;

/** Largest `health_status`, in bytes as JSON in UTF-8. A larger one is left out of its message. */
export const MAX_HEALTH_BYTES = 16 * 1024;

/** Largest `metadata` of a registration, in bytes as JSON in UTF-8. */
export const MAX_METADATA_BYTES = 16 * 1024;

/** Largest `features` of a registration, in bytes as JSON in UTF-8. */
export const MAX_FEATURES_BYTES = 64 * 1024;

/** The first message must be `register` within this time. */
export const REGISTER_TIMEOUT_MS = 10_000;

/** A connection that was silent for this long is pinged. */
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
 * Those of them that say that what was presented is not good, and close the connection with 4401:
 * another credential may be.
 */
export const CREDENTIAL_ERRORS: ReadonlySet<HandshakeError> = new Set([
  'unauthorized',
  'credential_revoked',
  'enrolment_token_expired',
  'enrolment_token_revoked',
  'enrolment_token_used_up',
]);

/**
 * What an orchestrator announces in `register.capabilities`. Whoever announced `credential_rotation` is
 * offered new credentials while it is connected, and says with `credential_ack` that it keeps them.
 */
export const CAPABILITIES = ['message_ack', 'credential_rotation'] as const;
export type Capability = (typeof CAPABILITIES)[number];
