/** Maximum length of `detail` in an acknowledgement, in characters (contract section 3). */
const MAX_DETAIL = 4_096;

/**
 * Formats a thrown value as the `detail` of an acknowledgement. Removes NUL and lone surrogates, because the controller
 * would refuse the acknowledgement and then send the same message again and again.
 */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, MAX_DETAIL).toWellFormed().replaceAll('\u0000', '\ufffd');
}
