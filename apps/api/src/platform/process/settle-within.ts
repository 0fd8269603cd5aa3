/**
 * Waits for `work`, but no longer than `ms` milliseconds; what comes later is nobody's. A failure of
 * `work` within that time is thrown.
 *
 * @returns true when it was done in time
 */
export async function settleWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<false>((resolve) => {
    // What has come while this process was busy with something else is read before the time counts as over.
    timer = setTimeout(() => setImmediate(() => setImmediate(resolve, false)), ms);
  });
  // A failure after the deadline must not end the process.
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then(() => true), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
