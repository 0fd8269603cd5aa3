/**
 * SQL of the newer of two times: the one that is stored, and one that the controller has just noted. A stored time
 * wins only when it lies in the past: one in the future is left over from before the clock was set back.
 *
 * @param stored the column
 * @param noted null to keep what is stored
 * @param now the controller's present time; a statement may wait for seconds until it runs
 */
export function newerTime(stored: string, noted: string, now: string): string {
  return `CASE WHEN ${stored} > ${now}::timestamptz + interval '10 seconds' THEN coalesce(${noted}, ${stored})
    ELSE greatest(${stored}, ${noted}) END`;
}
