/**
 * SQL for the newer of two times: the stored one and one that the controller just noted. A stored time only wins if it
 * is in the past: a future one is left over from before the clock was set back.
 *
 * @param stored the column
 * @param noted null to keep the stored time
 * @param now the controller's current time; a statement may wait for seconds until it runs
 */
export function newerTime(stored: string, noted: string, now: string): string {
  return `CASE WHEN ${stored} > ${now}::timestamptz + interval '10 seconds' THEN coalesce(${noted}, ${stored})
    ELSE greatest(${stored}, ${noted}) END`;
}
