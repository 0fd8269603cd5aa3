-- Keeps orchestrator_directory and orchestrator_activity (docs/adr/0012). The settings of the planner are there because
-- plans are kept: one made for a small table must not compare thousands of rows with thousands.
CREATE OR REPLACE FUNCTION follow_orchestrators() RETURNS trigger LANGUAGE plpgsql
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      DELETE FROM orchestrator_directory;
      DELETE FROM orchestrator_activity;
    ELSIF TG_OP = 'INSERT' THEN
      INSERT INTO orchestrator_directory (id, orchestrator_id, organization_id, name, version, labels, is_independent, created_at, is_quarantined, search_text) SELECT id, orchestrator_id, organization_id, name, version, labels, is_independent, created_at, quarantined_at IS NOT NULL, search_form(orchestrator_id || E'\n' || name) FROM new_rows;
      INSERT INTO orchestrator_activity (id, orchestrator_id, last_seen, last_activity, updated_at) SELECT id, orchestrator_id, last_seen, last_activity, updated_at FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
      DELETE FROM orchestrator_directory AS d USING old_rows AS o WHERE d.id = o.id;
      DELETE FROM orchestrator_activity AS a USING old_rows AS o WHERE a.id = o.id;
    ELSE
      UPDATE orchestrator_activity AS a
        SET last_seen = n.last_seen, last_activity = n.last_activity, updated_at = n.updated_at
        FROM new_rows AS n WHERE a.id = n.id AND (a.last_seen, a.last_activity, a.updated_at)
          IS DISTINCT FROM (n.last_seen, n.last_activity, n.updated_at);
    END IF;
    RETURN NULL;
  END $$;
