import { PING_AFTER_SILENCE_MS, REGISTER_TIMEOUT_MS } from '@moolai/contracts';

/** The gateway's times, in milliseconds, and limits; tests make them small. */
export interface GatewayTiming {
  /** One timer serves all connections; it runs this often. */
  tickMs: number;
  registerTimeoutMs: number;
  pingAfterSilenceMs: number;
  /** A ping that is not answered for this long counts as missed; the second missed one ends it. */
  pingTimeoutMs: number;
  /** How long the peer has to answer a close of ours before the socket is taken away. */
  closeTimeoutMs: number;
  /** The same for a peer that was closed for a flood, and is not read any more. */
  floodTimeoutMs: number;
  /** How long a shutdown waits for the close handshakes. */
  drainTimeoutMs: number;
  /** Registrations that may be under way at once; more are asked to come back. */
  maxRegistrationsAtOnce: number;
  /** Connections of one address that may be open without being registered; more upgrades are refused. */
  maxUnregisteredPerAddress: number;
}

/** Injection token of {@link GatewayTiming}. */
export const GATEWAY_TIMING = Symbol('GATEWAY_TIMING');

/** A silent death is noticed within 30 s: 15 s of silence and two pings of 7.5 s (contract section 3). */
export const DEFAULT_TIMING: GatewayTiming = {
  tickMs: 500,
  registerTimeoutMs: REGISTER_TIMEOUT_MS,
  pingAfterSilenceMs: PING_AFTER_SILENCE_MS,
  pingTimeoutMs: 7_500,
  closeTimeoutMs: 5_000,
  floodTimeoutMs: 1_000,
  drainTimeoutMs: 3_000,
  maxRegistrationsAtOnce: 2_000,
  // Not fewer: a whole fleet may come back through one address at once.
  maxUnregisteredPerAddress: 2_000,
};
