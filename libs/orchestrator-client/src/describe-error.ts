/** Longest `detail` of an acknowledgement, in characters (contract section 3). */
const MAX_DETAIL = 4_096;

/**
 * What was thrown, as the `detail` of an acknowledgement. The controller refuses NUL and halves of
 * surrogate pairs, and a refused acknowledgement would bring the same message again and again.
 */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, MAX_DETAIL).toWellFormed().replaceAll('\u0000', '\ufffd');
}
