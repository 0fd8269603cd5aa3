/**
 * Keeps the process running after the reader of its output is gone: an error of these streams without a listener would
 * end it immediately.
 */
export function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
