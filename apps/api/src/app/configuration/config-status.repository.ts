/**
 * `configStatusOf` of the contracts for a row of `orchestrator_instances`, as SQL. A database spec compares the two.
 * @param row alias of the row
 */
export function configStatusSql(row: string): string {
  return `CASE
    WHEN ${row}.config_ack_version IS DISTINCT FROM ${row}.config_version OR ${row}.config_ack_status IS NULL THEN 'pending'
    WHEN ${row}.config_ack_status = 'applied' AND ${row}.reported_config_version <> ${row}.config_version THEN 'pending'
    ELSE ${row}.config_ack_status END`;
}
