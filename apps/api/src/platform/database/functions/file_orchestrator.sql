-- Keeps orchestrator_directory, which lists search and sort, when one of the copied columns changes.
CREATE OR REPLACE FUNCTION file_orchestrator() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off AS $$
  BEGIN
    UPDATE orchestrator_directory SET (id, orchestrator_id, organization_id, name, version, labels, is_independent, created_at, is_quarantined, search_text) = ROW (NEW.id, NEW.orchestrator_id, NEW.organization_id, NEW.name, NEW.version, NEW.labels, NEW.is_independent, NEW.created_at, NEW.quarantined_at IS NOT NULL, search_form(NEW.orchestrator_id || E'\n' || NEW.name)) WHERE id = NEW.id;
    IF NEW.orchestrator_id <> OLD.orchestrator_id THEN
      UPDATE orchestrator_activity SET orchestrator_id = NEW.orchestrator_id WHERE id = NEW.id;
    END IF;
    RETURN NULL;
  END $$;
