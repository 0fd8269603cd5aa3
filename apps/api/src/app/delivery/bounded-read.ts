/** Bytes of content, in PostgreSQL's text format, that one delivery statement reads: this much, plus one message. */
export const MAX_READ_BYTES = 8 * 1024 * 1024;
/** Assumed compression factor of content that was not measured yet. */
const EXPANSION = 8;

/**
 * SQL: messages in the order of `turn` and `id`, those beyond the limit marked with `is_left`. The first never is, so
 * that each statement makes progress. Content is expanded to be measured, but only as much as should fit according to
 * its size on disk: otherwise each statement would expand all waiting content.
 * @param due selects `id`, `orchestrator_id`, `turn`, `content` and the columns in `more`
 */
export function bounded(due: string, more = ''): string {
  const columns = `id, orchestrator_id, turn${more}`;
  const before = (bytes: string): string => `sum(${bytes}) OVER (ORDER BY turn, id) - ${bytes}`;
  return `
    SELECT ${columns}, is_left, bool_and(is_left) OVER (PARTITION BY turn) AS is_untouched
    FROM (
      SELECT ${columns}, NOT is_near OR ${before('bytes')} >= ${MAX_READ_BYTES} AS is_left
      FROM (
        SELECT ${columns}, is_near,
          CASE WHEN is_near THEN octet_length(content::text) ELSE 0 END::bigint AS bytes
        FROM (
          SELECT ${columns}, content, ${before('stored')} < ${MAX_READ_BYTES} AS is_near
          FROM (
            SELECT due.*, (pg_column_size(content)
              * CASE WHEN pg_column_compression(content) IS NULL THEN 1 ELSE ${EXPANSION} END)::bigint AS stored
            FROM (${due}) AS due
          ) AS weighed
        ) AS near
      ) AS measured
    ) AS marked`;
}
