/** Starts a timer like `setTimeout`; replaced in tests. */
export type SetTimer = (callback: () => void, ms: number) => NodeJS.Timeout;
