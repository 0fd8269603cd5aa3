-- Keeps independence_grants: a row for each time of independence, from its start to its end.
CREATE OR REPLACE FUNCTION record_independence() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      UPDATE independence_grants SET ended_at = now(), ended_by = 'deletion'
        WHERE orchestrator_id = OLD.orchestrator_id AND ended_at IS NULL;
    ELSIF NOT NEW.is_independent THEN
      UPDATE independence_grants SET ended_at = now(), ended_by = NEW.independence_updated_by
        WHERE orchestrator_id = NEW.orchestrator_id AND ended_at IS NULL;
    ELSIF TG_OP = 'INSERT' OR NOT OLD.is_independent THEN
      -- A table that was truncated has left its grants open.
      UPDATE independence_grants SET ended_at = now(), ended_by = 'deletion'
        WHERE orchestrator_id = NEW.orchestrator_id AND ended_at IS NULL;
      INSERT INTO independence_grants (orchestrator_id, organization_id, source, reason, expires_at, started_at,
        started_by)
      VALUES (NEW.orchestrator_id, NEW.organization_id, NEW.independence_source, NEW.independence_reason,
        NEW.independence_expires_at, coalesce(NEW.independence_updated_at, now()),
        coalesce(NEW.independence_updated_by, 'organization'));
    ELSE
      UPDATE independence_grants SET source = NEW.independence_source, reason = NEW.independence_reason,
        expires_at = NEW.independence_expires_at
        WHERE orchestrator_id = NEW.orchestrator_id AND ended_at IS NULL;
    END IF;
    RETURN NULL;
  END $$;
