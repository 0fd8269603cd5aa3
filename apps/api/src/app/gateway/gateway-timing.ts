import { PING_AFTER_SILENCE_MS, REGISTER_TIMEOUT_MS } from '@moolai/contracts';

/** Timeouts of the gateway, in milliseconds, and limits; tests reduce them. */
export interface GatewayTiming {
  /** Interval of the timer for all connections. */
  tickMs: number;
  registerTimeoutMs: number;
  pingAfterSilenceMs: number;
  /** A ping without an answer for this long counts as missed; the second missed one ends the connection. */
  pingTimeoutMs: number;
  /** How long the peer has to answer a close before the socket is destroyed. */
  closeTimeoutMs: number;
  /** The same for a peer that was closed for a flood and is no longer read. */
  floodTimeoutMs: number;
  /** How long a shutdown waits for the close handshakes. */
  drainTimeoutMs: number;
  /** Registrations are refused as `busy` while the oldest one in progress has waited for longer than this. */
  maxRegistrationWaitMs: number;
  /** Maximum number of concurrent registrations; others are refused as `busy`. */
  maxRegistrationsAtOnce: number;
  /** Maximum number of unregistered connections per address; further upgrades are refused. */
  maxUnregisteredPerAddress: number;
}

/** Injection token of {@link GatewayTiming}. */
export const GATEWAY_TIMING = Symbol('GATEWAY_TIMING');

/** A vanished peer is detected within 30 s: 15 s of silence and two pings of 7.5 s (contract section 3). */
export const DEFAULT_TIMING: GatewayTiming = {
  tickMs: 500,
  registerTimeoutMs: REGISTER_TIMEOUT_MS,
  pingAfterSilenceMs: PING_AFTER_SILENCE_MS,
  pingTimeoutMs: 7_500,
  closeTimeoutMs: 5_000,
  floodTimeoutMs: 1_000,
  drainTimeoutMs: 3_000,
  maxRegistrationWaitMs: 2_000,
  maxRegistrationsAtOnce: 20_000,
  // High enough for a whole fleet that reconnects through one address.
  maxUnregisteredPerAddress: 2_000,
};
