-- Keeps message_counts: the number of messages in each status, exact and without reading the messages.
CREATE OR REPLACE FUNCTION count_messages() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      DELETE FROM message_counts;
    ELSIF TG_OP = 'INSERT' THEN
      INSERT INTO message_counts AS c SELECT status, pg_backend_pid() % 16, count(*) FROM new_rows
        GROUP BY status ORDER BY status
        ON CONFLICT (status, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSIF TG_OP = 'DELETE' THEN
      INSERT INTO message_counts AS c SELECT status, pg_backend_pid() % 16, -count(*) FROM old_rows
        GROUP BY status ORDER BY status
        ON CONFLICT (status, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSE
      INSERT INTO message_counts AS c SELECT status, pg_backend_pid() % 16, sum(n)
        FROM (SELECT status, 1 AS n FROM new_rows UNION ALL SELECT status, -1 FROM old_rows) AS changes
        GROUP BY status HAVING sum(n) <> 0 ORDER BY status
        ON CONFLICT (status, shard) DO UPDATE SET count = c.count + excluded.count;
    END IF;
    RETURN NULL;
  END $$;
