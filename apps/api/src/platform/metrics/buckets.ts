/** Buckets, in seconds, for operations that normally take milliseconds. */
export const SHORT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Buckets, in seconds, for operations that may wait for an orchestrator to reconnect. */
export const LONG_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

/** Buckets for the number of rows of a statement. */
export const ROWS = [1, 5, 10, 50, 100, 500, 1_000, 2_500, 5_000, 10_000];
