/** Limits of the process's memory and load. */
export interface LimitSettings {
  /** Kilobytes that an orchestrator may leave unread before its connection is closed. */
  connectionOutputKb: number;
  /** Incomplete WebSocket messages of all connections, in MiB. */
  frameBufferMb: number;
  /** Bodies of requests, from their first byte until the answer, in MiB. */
  bodyBufferMb: number;
  /** Recommendations and reports waiting for the database, in MiB. */
  inboxBufferMb: number;
  /** Health and configuration acknowledgements waiting for the database, in MiB. */
  liveStateBufferMb: number;
  /** Events in memory, in MiB. */
  activityBufferMb: number;
  /** Message acknowledgements waiting for the database, in MiB. */
  ackBufferMb: number;
  /** Spans waiting for the collector, in MiB. */
  traceBufferMb: number;
  /** Number of different metric names per orchestrator, and per organization. */
  metricNamesPerOrchestrator: number;
  metricNamesPerOrganization: number;
}

/**
 * Reads the limits.
 * @param integer reads a whole number within limits
 */
export function readLimits(
  integer: (name: string, fallback: number, min: number, max: number) => number,
): LimitSettings {
  return {
    // At least two frames of maximum size, so that one can always wait.
    connectionOutputKb: integer('CONNECTION_OUTPUT_LIMIT_KB', 4_096, 512, 1_048_576),
    frameBufferMb: integer('FRAME_BUFFER_MB', 64, 1, 16_384),
    bodyBufferMb: integer('BODY_BUFFER_MB', 64, 2, 16_384),
    inboxBufferMb: integer('INBOX_BUFFER_MB', 64, 8, 16_384),
    liveStateBufferMb: integer('LIVE_STATE_BUFFER_MB', 64, 1, 16_384),
    activityBufferMb: integer('ACTIVITY_BUFFER_MB', 32, 1, 16_384),
    ackBufferMb: integer('ACK_BUFFER_MB', 32, 1, 16_384),
    traceBufferMb: integer('TRACE_BUFFER_MB', 4, 1, 16_384),
    metricNamesPerOrchestrator: integer('METRIC_NAMES_PER_ORCHESTRATOR', 1_000, 1, 100_000),
    metricNamesPerOrganization: integer('METRIC_NAMES_PER_ORGANIZATION', 5_000, 1, 100_000),
  };
}
