/**
 * Lets a command and the controller go on when the reader of their output is gone: an error of these streams
 * that has no listener ends the process at once, with whatever it has begun.
 */
export function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
