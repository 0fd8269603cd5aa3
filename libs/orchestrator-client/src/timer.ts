/** Starts a timer, as `setTimeout` does; replaced in tests. */
export type SetTimer = (callback: () => void, ms: number) => NodeJS.Timeout;
