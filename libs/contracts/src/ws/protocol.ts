/** Path of the orchestrators' WebSocket. */
export const WS_PATH = '/ws';

/** Version of the wire protocol, sent in `handshake_ack`. */
export const PROTOCOL_VERSION = 1;

/** Largest accepted frame in bytes; a larger one closes the connection with 1009. */
export const MAX_FRAME_BYTES = 256 * 1024;

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
  'organization_mismatch',
  'organization_inactive',
  'busy',
  'unavailable',
] as const;
export type HandshakeError = (typeof HANDSHAKE_ERRORS)[number];
