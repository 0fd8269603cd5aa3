-- Tells controllers that an orchestrator may no longer be connected, so that they close its connection.
CREATE OR REPLACE FUNCTION announce_credential() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('moolai_credentials', coalesce(NEW.orchestrator_id, OLD.orchestrator_id));
    RETURN NULL;
  END $$;
