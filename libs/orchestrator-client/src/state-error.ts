/** A file of the client's state could not be read or written; see `cause`. */
export class StateError extends Error {
  override readonly name = 'StateError';

  constructor(
    /** The file. */
    readonly path: string,
    detail: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${detail}`, options);
  }
}
