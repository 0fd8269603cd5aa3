/**
 * Why a recommendation or report was not answered with `received`:
 * - `invalid`: no controller would accept it, so it was not queued
 * - `queue_full`: it was dropped to make room for newer ones
 * - `refused`: the controller stored others, but never this one
 * - `stopped`: the client was stopped first; a queue with a file is sent after the next start
 *
 * Except for `invalid`, the controller may have stored it nevertheless: its answer can be lost.
 */
export type NotStoredCode = 'invalid' | 'queue_full' | 'refused' | 'stopped';

/** A recommendation or report was given up; see {@link NotStoredCode}. */
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
