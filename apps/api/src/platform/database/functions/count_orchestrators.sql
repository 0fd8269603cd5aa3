-- Keeps orchestrator_counts: orchestrators by organization and independence, exact and without reading them.
CREATE OR REPLACE FUNCTION count_orchestrators() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      DELETE FROM orchestrator_counts;
    ELSIF TG_OP = 'INSERT' THEN
      INSERT INTO orchestrator_counts AS c
        SELECT organization_id, is_independent, pg_backend_pid() % 16, sum(n) FROM (SELECT organization_id, is_independent, 1 AS n FROM new_rows) AS changes
        GROUP BY organization_id, is_independent HAVING sum(n) <> 0 ORDER BY organization_id, is_independent
        ON CONFLICT (organization_id, is_independent, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSIF TG_OP = 'DELETE' THEN
      INSERT INTO orchestrator_counts AS c
        SELECT organization_id, is_independent, pg_backend_pid() % 16, sum(n) FROM (SELECT organization_id, is_independent, -1 AS n FROM old_rows) AS changes
        GROUP BY organization_id, is_independent HAVING sum(n) <> 0 ORDER BY organization_id, is_independent
        ON CONFLICT (organization_id, is_independent, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSE
      INSERT INTO orchestrator_counts AS c
        SELECT organization_id, is_independent, pg_backend_pid() % 16, sum(n) FROM (SELECT organization_id, is_independent, 1 AS n FROM new_rows UNION ALL SELECT organization_id, is_independent, -1 AS n FROM old_rows) AS changes
        GROUP BY organization_id, is_independent HAVING sum(n) <> 0 ORDER BY organization_id, is_independent
        ON CONFLICT (organization_id, is_independent, shard) DO UPDATE SET count = c.count + excluded.count;
    END IF;
    RETURN NULL;
  END $$;
