/** A tab hidden for this long releases its resources; short switches between tabs have no effect. */
export const LET_GO_MS = 5_000;

/** Waits until the tab is visible; ends early with `stopped`. */
export function untilShown(document: Document, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState === 'hidden' && !stopped.aborted) return;
      document.removeEventListener('visibilitychange', look);
      stopped.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    stopped.addEventListener('abort', look);
    look();
  });
}

/** Aborted with `stopped`, or when the tab was hidden for {@link LET_GO_MS}. */
export function whilePresent(document: Document, stopped: AbortSignal): AbortSignal {
  const left = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(leave, LET_GO_MS);
  };
  const leave = (): void => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    stopped.removeEventListener('abort', leave);
    left.abort();
  };
  document.addEventListener('visibilitychange', look);
  stopped.addEventListener('abort', leave);
  look();
  return left.signal;
}
