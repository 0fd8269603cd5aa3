/**
 * Why a recommendation or report was not answered with `received`:
 * - `invalid`: no controller would take it, so it was not queued at all
 * - `queue_full`: it made room for newer ones
 * - `refused`: the controller stored others, and never this one
 * - `stopped`: the client was stopped first; what is in a file is sent after the next start
 *
 * Except after `invalid` the controller may have stored it all the same: an answer can be lost.
 */
export type NotStoredCode = 'invalid' | 'queue_full' | 'refused' | 'stopped';

/** A recommendation or report is given up; see {@link NotStoredCode}. */
export class NotStoredError extends Error {
  override readonly name = 'NotStoredError';

  constructor(
    readonly code: NotStoredCode,
    readonly clientMessageId: string,
    detail: string,
  ) {
    super(detail);
  }
}
