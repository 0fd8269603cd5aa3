-- Fills in which row of orchestrator_instances a grant of independence belongs to.
CREATE OR REPLACE FUNCTION complete_grant() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.instance_id := (SELECT id FROM orchestrator_instances WHERE orchestrator_id = NEW.orchestrator_id);
    RETURN NEW;
  END $$;
