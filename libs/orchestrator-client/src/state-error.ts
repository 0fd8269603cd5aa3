/** A file of the client's own state could not be read or written; `cause` says why. */
export class StateError extends Error {
  override readonly name = 'StateError';

  constructor(
    /** The file that it is about. */
    readonly path: string,
    detail: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${detail}`, options);
  }
}
