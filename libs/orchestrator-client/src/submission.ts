/** Confirms that the controller stored a recommendation or report. */
export interface Receipt {
  /** Id of the message in the controller. */
  messageId: number;
}

/**
 * A recommendation or report in progress: a promise that resolves once the controller has stored it, and rejects with a
 * `NotStoredError` when it is given up.
 *
 * The promise may be ignored: an unhandled rejection does not end the process, and the event `dropped` reports it too.
 */
export interface Submission extends Promise<Receipt> {
  /** Idempotency key: the message may be sent many times but is stored once (contract section 3). */
  readonly clientMessageId: string;
  /**
   * Resolves once the message is queued: with a queue file, once it is on disk and survives a crash. Rejects with a
   * `StateError` when the write failed (the message is sent anyway), or with the `NotStoredError` of a message that was
   * not queued at all.
   */
  readonly queued: Promise<void>;
}

/** A {@link Submission} with the functions that settle it. */
export interface OpenSubmission {
  readonly submission: Submission;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
}

/** Creates a submission. */
export function openSubmission(clientMessageId: string, queued: Promise<void>): OpenSubmission {
  let resolve: OpenSubmission['resolve'] = ignore;
  let reject: OpenSubmission['reject'] = ignore;
  const stored = new Promise<Receipt>((onReceipt, onError) => {
    resolve = onReceipt;
    reject = onError;
  });
  // Most callers ignore the promise, and a lost report must not crash an orchestrator.
  stored.catch(ignore);
  queued.catch(ignore);
  return { submission: Object.assign(stored, { clientMessageId, queued }), resolve, reject };
}

/** Creates a submission that has already failed. */
export function failedSubmission(clientMessageId: string, error: Error): Submission {
  const { submission, reject } = openSubmission(clientMessageId, Promise.reject(error));
  reject(error);
  return submission;
}

function ignore(): void {
  // Callers add their own handlers.
}
