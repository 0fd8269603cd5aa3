/** How much the process may hold or take. */
export interface LimitSettings {
  /** Kilobytes that an orchestrator may leave unread before its connection is closed. */
  connectionOutputKb: number;
  /** Unfinished WebSocket messages of all connections, in MiB. */
  frameBufferMb: number;
  /** Bodies of requests from their first byte until the answer, in MiB. */
  bodyBufferMb: number;
  /** Recommendations and reports that wait for the database, in MiB. */
  inboxBufferMb: number;
  /** Health and answers to configurations that wait for the database, in MiB. */
  liveStateBufferMb: number;
  /** Events in memory, in MiB. */
  activityBufferMb: number;
  /** Acknowledgements of messages that wait for the database, in MiB. */
  ackBufferMb: number;
  /** Spans that wait for the collector, in MiB. */
  traceBufferMb: number;
  /** Different metric names that one orchestrator may use, and one organization. */
  metricNamesPerOrchestrator: number;
  metricNamesPerOrganization: number;
}

/**
 * Reads the limits of what the process may hold or take.
 * @param integer reads a whole number between two others
 */
export function readLimits(
  integer: (name: string, fallback: number, min: number, max: number) => number,
): LimitSettings {
  return {
    // Not less than two of the largest frames: one may always wait.
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
