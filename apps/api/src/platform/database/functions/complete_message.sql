-- Fills in the organization of a message whose writer did not name it.
CREATE OR REPLACE FUNCTION complete_message() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.organization_id := (SELECT organization_id FROM orchestrator_instances
      WHERE orchestrator_id = NEW.orchestrator_id);
    RETURN NEW;
  END $$;
