/** The controller has stored a recommendation or report. */
export interface Receipt {
  /** The controller's id of it. */
  messageId: number;
}

/**
 * A recommendation or report on its way: a promise that resolves once the controller has stored it,
 * and rejects with a `NotStoredError` when it is given up.
 *
 * It may be ignored: a rejection that nobody waits for does not end the process, and is told by the
 * event `dropped` as well.
 */
export interface Submission extends Promise<Receipt> {
  /** Idempotency key: sent as often as it takes, stored once (contract section 3). */
  readonly clientMessageId: string;
  /**
   * Resolves once it is queued: on the disk when the queue has a path, so that from then on a crash
   * loses nothing. Rejects with a `StateError` when the disk refused it (it is sent all the same), or
   * with the `NotStoredError` of what was not queued at all.
   */
  readonly queued: Promise<void>;
}

/** A {@link Submission} with the means to end it. */
export interface OpenSubmission {
  readonly submission: Submission;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
}

/** Begins a submission. */
export function openSubmission(clientMessageId: string, queued: Promise<void>): OpenSubmission {
  let resolve: OpenSubmission['resolve'] = ignore;
  let reject: OpenSubmission['reject'] = ignore;
  const stored = new Promise<Receipt>((onReceipt, onError) => {
    resolve = onReceipt;
    reject = onError;
  });
  // Most reports are sent and forgotten; losing one is no reason for an orchestrator to crash.
  stored.catch(ignore);
  queued.catch(ignore);
  return { submission: Object.assign(stored, { clientMessageId, queued }), resolve, reject };
}

/** A submission that has failed already. */
export function failedSubmission(clientMessageId: string, error: Error): Submission {
  const { submission, reject } = openSubmission(clientMessageId, Promise.reject(error));
  reject(error);
  return submission;
}

function ignore(): void {
  // Whoever cares has a handler of their own.
}
